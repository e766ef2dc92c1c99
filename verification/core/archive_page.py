"""What the page of an archived receipt says: who looked, why, what was told check by check, which fields, and the log's proof."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any, Final

from accounts.core.moment import read_moment
from accounts.core.regions import REGIONS
from certificates.core.grains import Grain
from certificates.core.photos import PHOTO_VALUE
from verification.core.archive_kinds import KIND_WORDS, OWN_ACTS
from verification.core.lookup_entry import EntryKind, Opening
from verification.core.lookup_members import Member, shown_field
from verification.core.reasons import reason
from verification.core.receipt import VerifiedReceipt
from verification.core.verdict import Outcome, VerdictOutcome

_BEIJING: Final = timezone(timedelta(hours=8))
_ROWS: Final[Mapping[Member, tuple[str, str]]] = MappingProxyType(
    {
        Member.AGENCY_NAME: ("用证单位", "Looked up by"),
        Member.AGENCY_USCC: ("统一社会信用代码", "Unified social credit code"),
        Member.REGION: ("所在地区", "Region"),
        Member.OPERATOR_NAME: ("经办人", "Officer"),
        Member.OPERATOR_POST: ("岗位", "Post"),
        Member.OPERATOR_UNIT: ("部门", "Unit"),
        Member.MATTER_NAME: ("事项", "Matter"),
        Member.MATTER_CODE: ("事项代码", "Matter code"),
        Member.CASE_NUMBER: ("办件号", "Case number"),
        Member.PURPOSE: ("事由", "Purpose"),
        Member.AS_OF: ("所问时刻", "As of"),
        Member.ISSUING_REGION: ("签发地区", "Issued in"),
        Member.LICENCE_TYPE: ("证照类型", "Licence type"),
        Member.STATUS_LIST: ("状态列表", "Status list"),
        Member.COPY_NUMBER: ("加注件编号", "Purpose copy"),
        Member.COPY_RECIPIENT: ("加注件仅供", "Copy for"),
        Member.COPY_PURPOSE: ("加注件用途", "Copy's purpose"),
        Member.COPY_END: ("加注件有效至", "Copy good until"),
        Member.WITHHELD: ("要求而未出示", "Asked for, not shown"),
    }
)
_CHECKS: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {
        1: ("内容可读", "Readable"),
        2: ("签名", "Signature"),
        3: ("签发机关有权签发", "Issuer authorised"),
        4: ("有效期", "Validity period"),
        5: ("状态", "Status"),
        6: ("持证人出示", "Presented by the holder"),
        7: ("本地本事项认可", "Recognised for the matter"),
        8: ("文件与凭证一致", "Document agrees"),
    }
)
_OUTCOMES: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        Outcome.PASSED: ("通过", "passed", "good"),
        Outcome.FAILED: ("未通过", "failed", "bad"),
        Outcome.UNDETERMINED: ("无法确定", "undetermined", "unsure"),
        Outcome.NOT_APPLICABLE: ("不适用", "not applicable", "plain"),
    }
)
_VERDICTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        VerdictOutcome.VALID: ("有效", "good"),
        VerdictOutcome.INVALID: ("无效", "bad"),
        VerdictOutcome.UNDETERMINED: ("无法确定", "unsure"),
    }
)
_GRAINS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {Grain.FULL: ("全部", "full"), Grain.MASKED: ("遮挡", "masked"), Grain.FACT: ("结论", "fact")}
)
_DIGEST_OF_PHOTO: Final = (
    "以上是照片的数字指纹，照片本身不在回执中 The digest of the photo, which is not in the receipt"
)
_ALL_PASSED: Final = ("全部适用的核验项均通过。", "Every check that applies has passed.")
# Members that are printed, and therefore opened: all else stays a commitment.
PRINTED: Final = frozenset({*_ROWS, Member.VERDICT, Member.REFUSAL})

Titles = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedLook:
    """This will hold a look-up whose entry is proved to be in the log, with the members that its reader may see opened.

    `titles` words the fields (Chinese, English) by name, `licence` their type (Chinese); `node` is the name of the region whose node was asked.
    """

    receipt: VerifiedReceipt
    openings: Mapping[str, Opening]
    titles: Titles
    node: tuple[str, str]
    at: datetime
    licence: str | None = None


def page_data(look: ProvedLook) -> dict[str, Any]:
    """This will give the page as plain JSON: Chinese first, English beside it."""
    members = {name: opening.value for name, opening in look.openings.items()}
    return {
        "node": list(look.node),
        "number": look.receipt.promise.lookup_id,
        "at": _moment(look.at),
        "verdict": _verdict(members, look.receipt.entry.kind),
        "rows": [
            [*words, _row_text(member, members[member], look)] for member, words in _ROWS.items() if member in members
        ],
        "checks": list(_checks(members)),
        "fields": list(_fields(members, look.titles)),
        "proof": [list(row) for row in _proof(look.receipt)],
    }


def _verdict(members: Mapping[str, Any], kind: EntryKind) -> dict[str, Any]:
    refusal = members.get(Member.REFUSAL)
    if refusal is not None:
        return {"zh": "已拒绝", "en": f"REFUSED · {refusal}", "tone": "bad", "sentence": _sentence(refusal)}
    told = members.get(Member.VERDICT)
    if told is None:
        words = KIND_WORDS[kind]
        return {"zh": words.zh, "en": f"{words.en} · {kind}", "tone": "plain", "sentence": list(words.sentence)}
    word, tone = _VERDICTS[told["outcome"]]
    against = {VerdictOutcome.INVALID: Outcome.FAILED, VerdictOutcome.UNDETERMINED: Outcome.UNDETERMINED}
    decisive = [code for _, outcome, code in told["checks"] if outcome == against.get(told["outcome"])]
    then = "当时" if "as_of" in told else ""
    return {
        "zh": f"{then}{word}",
        "en": told["outcome"].upper() + (" THEN" if then else ""),
        "tone": tone,
        "sentence": _sentence(decisive[0]) if decisive else list(_ALL_PASSED),
    }


def _sentence(code: str) -> list[str]:
    found = reason(code)
    return [found.zh, found.en]


def _row_text(member: Member, value: Any, look: ProvedLook) -> str:
    """Each value stands there as it was committed to, with its words before it where it is a code."""
    if member in (Member.REGION, Member.ISSUING_REGION) and value in REGIONS:
        return f"{REGIONS[value].name_zh} {REGIONS[value].name_en} {value}"
    if member is Member.LICENCE_TYPE and look.licence is not None:
        return f"{look.licence} {value}"
    if member is Member.PURPOSE and value in OWN_ACTS:
        return " ".join((*OWN_ACTS[value], value))
    if member in (Member.AS_OF, Member.COPY_END) and (moment := read_moment(str(value))) is not None:
        return f"{_moment(moment)} {value}"
    if isinstance(value, list):
        return "；".join(f"{look.titles[name][0]} {name}" if name in look.titles else str(name) for name in value)
    return str(value)


def _checks(members: Mapping[str, Any]) -> Iterator[list[str]]:
    for number, outcome, code in members.get(Member.VERDICT, {}).get("checks", ()):
        yield [str(number), *_CHECKS[number], *_OUTCOMES[outcome], *_sentence(code), code]


def _fields(members: Mapping[str, Any], titles: Titles) -> Iterator[dict[str, Any]]:
    order = list(titles)
    shown_members = [(shown, value) for name, value in members.items() if (shown := shown_field(name)) is not None]
    shown_members.sort(key=lambda one: order.index(one[0].name) if one[0].name in titles else len(order))
    for shown, value in shown_members:
        title = titles.get(shown.name, (shown.name, ""))
        values = [str(item) for item in value] if isinstance(value, list) else [_plain(value)]
        if PHOTO_VALUE.fullmatch(values[0]):
            values.append(_DIGEST_OF_PHOTO)
        yield {"title": list(title), "grain": list(_GRAINS[shown.grain]), "values": values}


def _plain(value: Any) -> str:
    # A fact is signed only when it is true.
    return "是 Yes" if value is True else str(value)


def _proof(receipt: VerifiedReceipt) -> Iterator[tuple[str, str, str]]:
    promise, head = receipt.promise, receipt.checkpoint
    yield "日志", "Log", promise.origin
    yield "条目哈希", "Leaf hash", promise.leaf.hex()
    if head is not None:
        yield "位置", "Index", f"{receipt.index} / {head.size}"
        yield "树根", "Root", head.root.hex()
    names = "、".join(sorted({cosignature.name for cosignature in receipt.cosignatures}))
    yield "共同签名", "Cosigned by", names or "—"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(_BEIJING):%Y-%m-%d %H:%M:%S} (UTC+8)"
