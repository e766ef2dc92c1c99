"""谁看过: every look at the holder's licences, newest first, each with the state of its proof."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.core.caller import Caller
from accounts.core.moment import read_moment
from accounts.core.permissions import Action
from accounts.core.regions import REGIONS
from accounts.pages.gate import page_for
from accounts.pages.wording import in_language
from certificates.core.errors import LicenceTypeError
from certificates.core.licence_type_model import LicenceTypeDefinition
from certificates.pages.act_words import COPY_REASON_WORDS
from certificates.pages.grain_choices import item_title
from certificates.pages.rows import Row, StateWord, grain_word
from certificates.queries.licence_types import licence_type_definition
from verification.core.lookup_members import Member
from verification.pages.words import said, shown_moment
from verification.services.lookup_receipt import LookupReceipt
from verification.services.my_lookups import PAGE, LookupLine, my_lookups

OUTCOMES: Mapping[str, StateWord] = MappingProxyType(
    {
        "valid": StateWord(word=gettext_lazy("结论：有效"), tone="good"),
        "invalid": StateWord(word=gettext_lazy("结论：无效"), tone="bad"),
        "undetermined": StateWord(word=gettext_lazy("结论：无法确定"), tone="unsure"),
        "released": StateWord(word=gettext_lazy("已提供"), tone="good"),
        "pending": StateWord(word=gettext_lazy("处理中"), tone="unsure"),
        "refused": StateWord(word=gettext_lazy("已拒绝"), tone="bad"),
        "shown": StateWord(word=gettext_lazy("本人操作")),
        "fetched": StateWord(word=gettext_lazy("签发机关取了文件"), tone="good"),
        "copy_made": StateWord(word=gettext_lazy("制作了加注件"), tone="good"),
        "copy_fetched": StateWord(word=gettext_lazy("取了加注件的文件"), tone="good"),
        "shown_to_others": StateWord(word=gettext_lazy("共有人或代表的操作")),
        "copy_revoked": StateWord(word=gettext_lazy("签发机关作废了加注件"), tone="unsure"),
        "traced": StateWord(word=gettext_lazy("追查外泄的加注件"), tone="unsure"),
    }
)


OUTCOMES_THEN: Mapping[str, StateWord] = MappingProxyType(
    {
        "valid": StateWord(word=gettext_lazy("结论：当时有效"), tone="good"),
        "invalid": StateWord(word=gettext_lazy("结论：当时无效"), tone="bad"),
        "undetermined": StateWord(word=gettext_lazy("结论：当时情形无法确定"), tone="unsure"),
    }
)

# What holders did themselves stands in place of a reason.
OWN_LOOKS: Mapping[str, Promise] = MappingProxyType(
    {
        "own.masked": gettext_lazy("打开了证照（遮挡）"),
        "own.unmasked": gettext_lazy("显示了全部内容"),
        "own.document": gettext_lazy("下载了证照文件"),
        "own.seal_code": gettext_lazy("打开了印刷码"),
        "own.credential": gettext_lazy("下载了凭证"),
        "own.copy_made": gettext_lazy("制作了加注件"),
        "own.copy": gettext_lazy("下载了加注件"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookView:
    """This will hold one look in words; `index` is None until the log holds it. `region` is the one whose key asked.

    `own` looks are an owner's or representative's, `mine` among them the reader's.
    """

    id: UUID
    own: bool
    mine: bool
    tone: str
    at: datetime
    who: str
    region: str
    post: str
    outcome: StateWord
    refused: bool
    why: str
    licence: str
    matter: str
    case_number: str
    purpose: str
    as_of: str
    copy: tuple[str, ...]
    fields: tuple[Row, ...]
    erased: bool
    index: int | None


@require_safe
@page_for(Action.SEE_OWN)
def who_looked(request: HttpRequest, caller: Caller) -> HttpResponse:
    """This will show one page of looks; `?before=` (time and id of the last look shown) pages on."""
    before, before_id = _before(request.GET.get("before", ""))
    lines = my_lookups(caller=caller, at=timezone.now(), before=before, before_id=before_id)
    older = f"{lines[-1].at.isoformat()} {lines[-1].lookup_id}" if len(lines) == PAGE else ""
    return render(request, "verification/my_lookups.html", {"lookups": look_views(lines), "older": older})


def look_views(lines: Iterable[LookupLine]) -> list[LookView]:
    """This will word the lines of the holder's list."""
    return [_look_view(line) for line in lines]


def _look_view(line: LookupLine) -> LookView:
    own = line.side == "self"
    as_of = str(line.member(Member.AS_OF) or "")
    outcome = OUTCOMES_THEN.get(line.outcome) if as_of else None
    outcome = outcome or OUTCOMES[_outcome(line) if own else _others_outcome(line)]
    definition = _definition(line.member(Member.LICENCE_TYPE))
    post = (line.member(Member.OPERATOR_UNIT), line.member(Member.OPERATOR_POST))
    return LookView(
        id=line.lookup_id,
        own=own,
        mine=own and line.by_reader,
        tone=outcome.tone,
        at=line.at,
        who=_who(line) if own else str(line.member(Member.AGENCY_NAME) or _("未具名的机构")),
        region=_region(line.member(Member.REGION)),
        post=" · ".join(str(part) for part in post if part),
        outcome=outcome,
        refused=line.outcome == "refused",
        why=said(line.code) if line.code else "",
        licence=in_language(definition.title_zh, definition.title_en) if definition else "",
        matter=str(line.member(Member.MATTER_NAME) or line.member(Member.MATTER_CODE) or ""),
        case_number=str(line.member(Member.CASE_NUMBER) or ""),
        purpose=_purpose(line, own=own),
        as_of=shown_moment(as_of) if as_of else "",
        copy=_copy(line),
        fields=tuple(
            Row(title=item_title(definition, shown.name) if definition else shown.name, grain=grain_word(shown.grain))
            for shown in sorted(line.fields, key=lambda shown: shown.name)
        ),
        erased=line.erased,
        index=log_index(line.receipt),
    )


def _copy(line: LookupLine) -> tuple[str, ...]:
    stated = (
        (_("编号 %s"), line.member(Member.COPY_NUMBER)),
        (_("给 %s"), line.member(Member.COPY_RECIPIENT)),
        (_("用于 %s"), line.member(Member.COPY_PURPOSE)),
    )
    return tuple(words % value for words, value in stated if value)


def _others_outcome(line: LookupLine) -> str:
    """What an agency did with a copy: had it made, or took its file."""
    of_copies = {"released": "copy_made", "fetched": "copy_fetched"}
    return of_copies.get(line.outcome, line.outcome) if line.member(Member.COPY_NUMBER) else line.outcome


def _outcome(line: LookupLine) -> str:
    if line.outcome == "refused":
        return line.outcome
    return "shown" if line.by_reader else "shown_to_others"


def _who(line: LookupLine) -> str:
    return _("您自己") if line.by_reader else _("共有人或代表")


def _region(code: object) -> str:
    if not code:
        return ""
    known = REGIONS.get(str(code))
    return str(code) if known is None else in_language(known.name_zh, known.name_en)


def _purpose(line: LookupLine, *, own: bool) -> str:
    stated = str(line.member(Member.PURPOSE) or "")
    if line.outcome == "copy_revoked":
        return str(COPY_REASON_WORDS.get(stated.removeprefix("copy_revoked."), stated))
    return str(OWN_LOOKS.get(stated, stated)) if own else stated


def log_index(receipt: LookupReceipt) -> int | None:
    """This will read the leaf's index from a completed receipt; None while only the promise exists."""
    return int(orjson.loads(receipt.content)["index"]) if receipt.completed else None


def _definition(type_code: object) -> LicenceTypeDefinition | None:
    if not type_code:
        return None
    try:
        return licence_type_definition(code=str(type_code))
    except LicenceTypeError:
        return None  # a type of another region, unknown here: the line is shown with plain field names


def _before(text: str) -> tuple[datetime | None, UUID | None]:
    if not text:
        return None, None
    stated, _blank, look = text.partition(" ")
    moment = read_moment(stated)
    try:
        if moment is not None:
            return moment, UUID(look) if look else None
    except ValueError as error:
        raise Http404 from error
    raise Http404
