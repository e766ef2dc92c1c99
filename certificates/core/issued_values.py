"""From what an agency hands in to what a licence says: fields the node knows itself, holders, number, grains."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from certificates.core.errors import IssueError
from certificates.core.facts import facts_true
from certificates.core.grains import Grain
from certificates.core.licence_types import FieldKind, FieldValue, FieldValues, LicenceTypeDefinition
from certificates.core.masking import mask_field
from certificates.core.photos import photo_field, photo_value
from certificates.core.sd_jwt_format import DigestTotals

_CODE_TYPE_OF: Final[Mapping[FieldKind, str]] = MappingProxyType({FieldKind.CITIZEN_ID: "111", FieldKind.USCC: "001"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedHolder:
    """This will hold one owner as the values name it; nothing of it shows in the text form."""

    code_type: str
    code: str = field(repr=False)
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialContent:
    """This will hold what is signed: each field at each grain its type allows, and the facts that are true."""

    values: Mapping[str, FieldValue] = field(repr=False)
    masked: Mapping[str, FieldValue] = field(repr=False)
    facts: tuple[str, ...]
    totals: DigestTotals


def complete_values(
    definition: LicenceTypeDefinition,
    values: FieldValues,
    *,
    agency_name: str,
    agency_uscc: str,
    issue_date: date,
    valid_from: date,
    valid_until: date | None,
    photo: bytes | None = None,
) -> FieldValues:
    """This will add the fields that the agency left out and the node knows: issuing body, issue date, validity, and the
    digest of the photo as it is kept.

    What was handed in is never changed; the lint compares it.
    """
    known = {
        "ZZBFJG": agency_name,
        "ZZBFJGDM": agency_uscc,
        "ZZBFRQ": issue_date.isoformat(),
        "ZZYXQQSRQ": valid_from.isoformat(),
        "ZZYXQJZRQ": valid_until.isoformat() if valid_until else None,
    }
    added: dict[str, FieldValue] = {}
    for short_name, value in known.items():
        definition_of = definition.by_short_name(short_name)
        if definition_of is not None and value is not None and definition_of.name not in values:
            added[definition_of.name] = value
    pictured = photo_field(definition)
    if pictured is not None and photo is not None and pictured.name not in values:
        added[pictured.name] = photo_value(photo)
    return {**values, **added}


def named_holders(definition: LicenceTypeDefinition, values: FieldValues) -> tuple[NamedHolder, ...]:
    """This will list the owners that checked values name, in their order (GB/T 36903: CZZT, CZZTDM, CZZTDMLXDM)."""
    names, codes = _texts(definition, values, "CZZT"), _texts(definition, values, "CZZTDM")
    code_field = definition.by_short_name("CZZTDM")
    implied = _CODE_TYPE_OF.get(code_field.kind) if code_field is not None else None
    types = _texts(definition, values, "CZZTDMLXDM") if implied is None else (implied,) * len(codes)
    if not codes or not len(names) == len(codes) == len(types):
        raise IssueError("issue.holders", "the values do not name each holder with name, code and type of code")
    return tuple(
        NamedHolder(code_type=code_type, code=code, name=name)
        for code_type, code, name in zip(types, codes, names, strict=True)
    )


def licence_number(definition: LicenceTypeDefinition, values: FieldValues) -> str:
    """This will give the printed number (GB/T 36903: ZZBH) of checked values."""
    return "/".join(_texts(definition, values, "ZZBH"))


def credential_content(definition: LicenceTypeDefinition, values: FieldValues, *, at: date) -> CredentialContent:
    """This will compute every grain of checked values on the day `at` (in China), once and for all."""
    return CredentialContent(
        values={f.name: values[f.name] for f in definition.fields if f.name in values and Grain.FULL in f.grains},
        masked={
            f.name: mask_field(f, values[f.name])
            for f in definition.fields
            if f.name in values and Grain.MASKED in f.grains
        },
        facts=tuple(facts_true(definition, values, at=at)),
        totals=DigestTotals(sd=definition.sd_total, masked=definition.masked_total, facts=definition.facts_total),
    )


def _texts(definition: LicenceTypeDefinition, values: FieldValues, short_name: str) -> tuple[str, ...]:
    found = definition.by_short_name(short_name)
    value = values.get(found.name) if found is not None else None
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
