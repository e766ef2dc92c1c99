"""What a purpose copy states: of the licence's own signed disclosures those at the chosen grains, and nothing made anew.

Masks are signed once, at issue: a copy repeats them as they were signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from certificates.core.canonical import b64url_decode_strict, strict_json_loads
from certificates.core.copy_claims import CopyClaims
from certificates.core.errors import CopyError
from certificates.core.grains import Grain, narrowest
from certificates.core.issued_values import CredentialContent
from certificates.core.licence_type_model import ToldById
from certificates.core.licence_types import FieldValue, LicenceTypeDefinition
from certificates.core.sd_jwt_format import MAX_SD_JWT_CHARS, DigestTotals, DisclosureKey, Shown
from certificates.core.seal_code import SealContent
from certificates.core.status_list import StatusReference


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyContent:
    """This will hold what is signed for a copy: the chosen disclosures' values, and what its printed code shows of them."""

    credential: CredentialContent = field(repr=False)
    printed: Mapping[str, Shown] = field(repr=False)


def copy_content(
    definition: LicenceTypeDefinition, disclosures: Mapping[DisclosureKey, str], grains: Mapping[str, Grain]
) -> CopyContent:
    """This will pick from a licence's disclosures; `grains` names fields, and facts by their own name, withheld ones not at all.

    Raises CopyError `copy.grain` for what the licence does not have at the chosen grain.
    """
    values = {name: _value(disclosures, name, Grain.FULL) for name, grain in grains.items() if grain is Grain.FULL}
    masked = {name: _value(disclosures, name, Grain.MASKED) for name, grain in grains.items() if grain is Grain.MASKED}
    facts = tuple(name for name, grain in grains.items() if grain is Grain.FACT)
    if any(DisclosureKey(name, Grain.FACT) not in disclosures for name in facts):
        raise _not_there()
    return CopyContent(
        credential=CredentialContent(
            values=values,
            masked=masked,
            facts=facts,
            totals=DigestTotals(sd=definition.sd_total, masked=definition.masked_total, facts=definition.facts_total),
        ),
        printed=_printed(definition, disclosures, grains),
    )


def require_one_number(definition: LicenceTypeDefinition, grains: Mapping[str, Grain]) -> None:
    """This will refuse a choice that masks the holder's code in one place and shows it whole in another.

    Some licences have no other number than their holder's code, and so state it twice. Raises CopyError `copy.same_number`.
    """
    twice = {
        grains.get(item.name)
        for item in definition.fields
        if (item.told_by_id is ToldById.CODE or item.short_name == "CZZTDM") and Grain.MASKED in item.grains
    }
    if {Grain.FULL, Grain.MASKED} <= twice:
        raise CopyError("copy.same_number", "one number is chosen masked and whole")


def copy_seal_content(
    content: CopyContent,
    definition: LicenceTypeDefinition,
    *,
    claims: CopyClaims,
    region: str,
    status: StatusReference,
    issued_at: int,
    expires_at: int,
) -> SealContent:
    """This will give what the copy's own printed code says; times are seconds since 1970 UTC."""
    return SealContent(
        region=region,
        type_code=definition.code,
        type_version=definition.version,
        fields=content.printed,
        status=status,
        issued_at=issued_at,
        expires_at=expires_at,
        copy=claims,
    )


def _printed(
    definition: LicenceTypeDefinition, disclosures: Mapping[DisclosureKey, str], grains: Mapping[str, Grain]
) -> dict[str, Shown]:
    """A code shows the fields that its type names for it, each at no more than the type and the choice allow."""
    printed = {}
    for seal in definition.seal_code_fields:
        grain = narrowest(seal.grain, grains.get(seal.field, Grain.WITHHELD))
        if grain in {Grain.FULL, Grain.MASKED} and DisclosureKey(seal.field, grain) in disclosures:
            printed[seal.field] = Shown(grain, _frozen(_value(disclosures, seal.field, grain)))
    return printed


def _value(disclosures: Mapping[DisclosureKey, str], name: str, grain: Grain) -> FieldValue:
    text = disclosures.get(DisclosureKey(name, grain))
    if text is None:
        raise _not_there()
    value: FieldValue = strict_json_loads(b64url_decode_strict(text), max_bytes=MAX_SD_JWT_CHARS)[2]
    return value


def _frozen(value: FieldValue) -> str | tuple[str, ...]:
    return value if isinstance(value, str) else tuple(value)


def _not_there() -> CopyError:
    return CopyError("copy.grain", "the licence has no such item at the chosen grain")
