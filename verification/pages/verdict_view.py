"""An answer of the verification service as the verdict page shows it."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.core.regions import REGIONS
from accounts.pages.wording import in_language
from certificates.core.licence_type_model import FieldDefinition, LicenceTypeDefinition
from certificates.core.photos import PHOTO_MIME
from certificates.pages.grain_choices import item_title
from certificates.pages.rows import Row, grain_word, value_texts
from verification.core.answer_view import ViewField
from verification.core.verdict import Outcome, VerdictOutcome
from verification.pages.words import (
    CHECK_OUTCOMES,
    CHECK_TITLES,
    VERDICTS,
    VERDICTS_THEN,
    age_words,
    said,
    shown_moment,
)

_RECOGNITION: Final = 7  # the check that knows what the matter asks for


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """This will hold one numbered check in words."""

    number: int
    name: str
    word: str
    tone: str
    sentence: str
    code: str
    age: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """This will hold the verdict in one word, and the sentence to say first.

    `as_of` is the past moment that it speaks of, with `note` to say so; both are empty where it speaks of now.
    """

    value: str
    word: str
    tone: str
    sentence: str
    as_of: str = ""
    note: str = ""


def check_views(verdict: Mapping[str, Any], definition: LicenceTypeDefinition) -> list[CheckView]:
    """This will word the checks in order; `definition` gives what is missing its titles."""
    return [_check_view(check, definition, rule_known=_rule_known(verdict)) for check in verdict["checks"]]


def verdict_view(
    verdict: Mapping[str, Any], definition: LicenceTypeDefinition, *, of_copy: bool = False
) -> VerdictView:
    """This will word the whole verdict; the sentence is that of the decisive check, `of_copy` where a purpose copy was shown."""
    outcome = VerdictOutcome(verdict["outcome"])
    as_of = shown_moment(verdict["as_of"]) if "as_of" in verdict else ""
    words = VERDICTS_THEN[outcome] if as_of else VERDICTS[outcome]
    return VerdictView(
        value=f"{outcome.value.upper()} THEN" if as_of else outcome.value.upper(),
        word=str(words.word),
        tone=words.tone,
        sentence=_first_sentence(verdict, definition, of_copy=of_copy),
        as_of=as_of,
        note=said(verdict["note"]["code"]) if as_of else "",
    )


def field_rows(view: Mapping[str, Any], definition: LicenceTypeDefinition) -> list[Row]:
    """This will list the fields and facts that were shown, each with its grain; `definition` words the values of lists."""
    options = {field.name: field for field in definition.fields} if view["type_code"] == definition.code else {}
    return [
        Row(
            title=in_language(shown["title_zh"], shown["title_en"]),
            values=_texts(options.get(shown["name"]), shown["value"]),
            grain=grain_word(shown["grain"]),
            picture=_picture(shown.get("picture", "")),
        )
        for shown in view["fields"]
    ]


def licence_rows(view: Mapping[str, Any]) -> list[Row]:
    """This will say what licence was shown and who issued it, as far as a verified statement says so."""
    rows = []
    if view["title_zh"]:
        rows.append(Row(title=_("证照"), values=(in_language(view["title_zh"], view["title_en"]),)))
    if view["region"] in REGIONS:
        region = REGIONS[view["region"]]
        rows.append(Row(title=_("签发地区"), values=(in_language(region.name_zh, region.name_en),)))
    if view["agency"]:
        agency = in_language(view["agency"]["name_zh"], view["agency"]["name_en"])
        rows.append(Row(title=_("签发机关"), values=(agency,)))
    return rows


def own_rows(fields: Iterable[ViewField], definition: LicenceTypeDefinition) -> list[Row]:
    """This will list what holders see of their own licence."""
    known = {field.name: field for field in definition.fields}
    return [
        Row(
            title=in_language(one.title_zh, one.title_en),
            values=_texts(known.get(one.name), one.value),
            grain=grain_word(one.grain),
            picture="" if one.picture is None else _picture(b64encode(one.picture).decode("ascii")),
        )
        for one in fields
    ]


def seal_code_rows(definition: LicenceTypeDefinition) -> list[Row]:
    """This will list what the printed code of a type tells."""
    return [
        Row(title=item_title(definition, sealed.field), grain=grain_word(sealed.grain))
        for sealed in definition.seal_code_fields
    ]


def withheld_titles(view: Mapping[str, Any], definition: LicenceTypeDefinition) -> list[str]:
    """This will name what was asked for and withheld."""
    return [item_title(definition, name) for name in view["withheld"]]


def _picture(encoded: str) -> str:
    """A photo stands in the page itself: it has no address that could be kept, logged or opened by somebody else."""
    return f"data:{PHOTO_MIME};base64,{encoded}" if encoded else ""


def _texts(field: FieldDefinition | None, value: object) -> tuple[str, ...]:
    if value is True:
        return (_("是"),)  # a fact is only ever signed when true
    if field is not None:
        return value_texts(field, value)
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else (str(value),)


def _rule_known(verdict: Mapping[str, Any]) -> bool:
    return any(check["number"] == _RECOGNITION and check["outcome"] == Outcome.PASSED for check in verdict["checks"])


def _check_view(check: Mapping[str, Any], definition: LicenceTypeDefinition, *, rule_known: bool) -> CheckView:
    words = CHECK_OUTCOMES[Outcome(check["outcome"])]
    return CheckView(
        number=check["number"],
        name=str(CHECK_TITLES[check["number"]]),
        word=str(words.word),
        tone=words.tone,
        sentence=_sentence(check, definition, rule_known=rule_known),
        code=check["code"],
        age=age_words(check.get("age_seconds")),
        notes=tuple(said(note["code"]) for note in check.get("notes", ())),
    )


def _sentence(check: Mapping[str, Any], definition: LicenceTypeDefinition, *, rule_known: bool = True) -> str:
    if check["code"] == "presenter.not_checked" and check["outcome"] == Outcome.NOT_APPLICABLE:
        # Where no rule was reached, nothing is known of what the matter asks for.
        return _("这个事项不要求持证人当面出示。") if rule_known else _("没有核对是否由持证人当面出示。")
    named = [
        _("%(title)s（需要%(grain)s）")
        % {"title": item_title(definition, item["name"]), "grain": str(grain_word(item["grain"]).word).lower()}
        for item in check.get("missing", ())
    ]
    if not named:
        return said(check["code"])
    told = {"items": in_language("、", ", ").join(named), "sentence": said(check["code"])}
    return _("缺：%(items)s。%(sentence)s") % told


def _first_sentence(verdict: Mapping[str, Any], definition: LicenceTypeDefinition, *, of_copy: bool) -> str:
    for wanted in (Outcome.FAILED, Outcome.UNDETERMINED):
        for check in verdict["checks"]:
            if check["outcome"] == wanted:
                return _sentence(check, definition)
    if of_copy:
        return _("加注件真实、有效，只限所载的接收方和用途。")
    if "as_of" in verdict:
        return _("证照真实，所问时刻有效，符合所选事项的要求。")
    return _("证照真实、有效，可用于所选事项。")
