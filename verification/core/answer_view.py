"""What the counter is shown of a licence: exactly what was signed and judged, in the order of its type."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from certificates.core.copy_claims import CopyClaims
from certificates.core.grains import Grain
from certificates.core.licence_types import LicenceTypeDefinition
from certificates.core.sd_jwt_format import Shown
from verification.core.copy_codes import ONLY_FOR
from verification.core.moment import moment_text
from verification.core.past_codes import ONLY_THEN
from verification.core.reasons import reason
from verification.core.statement import Statement
from verification.core.verdict import Check, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewField:
    """This will hold one shown field or fact: text, several texts, or True for a fact; of a photo also the picture (JPEG)."""

    name: str
    title_zh: str
    title_en: str
    grain: Grain
    value: str | tuple[str, ...] | bool = field(repr=False)
    picture: bytes | None = field(default=None, repr=False)


def view_fields(
    shown: Mapping[str, Shown],
    *,
    definition: LicenceTypeDefinition | None,
    names: Iterable[str],
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> tuple[ViewField, ...]:
    """This will give the named ones of the shown fields, in the type's order; of an unknown type under their names.

    `pictures` are those of `shown_photo`, by field.
    """
    chosen = set(names) & shown.keys()
    titles = _titles(definition)
    ordered = [name for name in titles if name in chosen] + sorted(chosen - titles.keys())
    return tuple(
        ViewField(
            name=name,
            title_zh=titles.get(name, (name, name))[0],
            title_en=titles.get(name, (name, name))[1],
            grain=shown[name].grain,
            value=shown[name].value,
            picture=pictures.get(name),
        )
        for name in ordered
    )


def view_json(
    statement: Statement | None,
    *,
    definition: LicenceTypeDefinition | None,
    fields: Iterable[ViewField],
    withheld: Iterable[str],
) -> dict[str, Any]:
    """This will give the `view` member of an answer; without a verified statement it names no licence.

    Of a purpose copy it holds `copy`: number, purpose, recipient, end, and the `note` that it is good for nothing else.
    """
    names = list(withheld)
    view: dict[str, Any] = {
        "type_code": None,
        "title_zh": None,
        "title_en": None,
        "region": None,
        "agency": None,
        "fields": [_field_json(item) for item in fields],
        "withheld": names,
        "withheld_count": len(names),
    }
    if statement is not None:
        key = statement.key
        view |= {
            "type_code": statement.type_code,
            "region": statement.region_code,
            "agency": {"uscc": key.agency_uscc, "name_zh": key.agency_name_zh, "name_en": key.agency_name_en},
        }
        if statement.copy is not None:
            view |= {"copy": _copy_json(statement.copy, statement.expires_at)}
    if definition is not None:
        view |= {"title_zh": definition.title_zh, "title_en": definition.title_en}
    return view


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """This will give the `verdict` member of an answer, each check with its sentences.

    A verdict about a past moment says so: `as_of`, and the `note` that it speaks of that moment only.
    """
    told: dict[str, Any] = {
        "outcome": verdict.outcome.value,
        "checks": [_check_json(check) for check in verdict.checks],
        "at": verdict.at.isoformat(timespec="seconds"),
    }
    return (
        told if verdict.as_of is None else told | {"as_of": moment_text(verdict.as_of), "note": _note_json(ONLY_THEN)}
    )


def _titles(definition: LicenceTypeDefinition | None) -> dict[str, tuple[str, str]]:
    titles: dict[str, tuple[str, str]] = {}
    for item in definition.fields if definition is not None else ():
        titles[item.name] = (item.title_zh, item.title_en)
        titles |= {fact.name: (fact.title_zh, fact.title_en) for fact in item.facts}
    return titles


def _field_json(item: ViewField) -> dict[str, Any]:
    value = list(item.value) if isinstance(item.value, tuple) else item.value
    told = {
        "name": item.name,
        "title_zh": item.title_zh,
        "title_en": item.title_en,
        "grain": item.grain.value,
        "value": value,
    }
    return told if item.picture is None else told | {"picture": b64encode(item.picture).decode("ascii")}


def _copy_json(copy: CopyClaims, expires_at: datetime) -> dict[str, Any]:
    return {**copy._asdict(), "expires_at": moment_text(expires_at), "note": _note_json(ONLY_FOR)}


def _note_json(code: str) -> dict[str, str]:
    sentence = reason(code)
    return {"code": code, "text_zh": sentence.zh, "text_en": sentence.en}


def _check_json(check: Check) -> dict[str, Any]:
    sentence = reason(check.code)
    members: dict[str, Any] = {
        "number": check.number,
        "name": check.name,
        "outcome": check.outcome.value,
        "code": check.code,
        "text_zh": sentence.zh,
        "text_en": sentence.en,
    }
    if check.age_seconds is not None:
        members["age_seconds"] = check.age_seconds
    if check.missing:
        members["missing"] = [{"name": name, "grain": grain.value} for name, grain in check.missing]
    if check.notes:
        members["notes"] = [_note_json(code) for code in check.notes]
    return members
