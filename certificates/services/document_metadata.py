"""The national metadata of a licence (GB/T 36903), as its document carries them."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from accounts.core.identity_codes import HOLDER_CODE_TYPES
from certificates.core.issued_values import NamedHolder, named_holders
from certificates.core.licence_types import FieldDefinition, FieldKind, FieldValue, FieldValues, LicenceTypeDefinition
from certificates.models import Certificate

SEPARATOR: Final = ";"  # between several values of one item
LONG_TERM: Final = "长期"


def document_metadata(
    *, certificate: Certificate, definition: LicenceTypeDefinition, values: FieldValues, issue_date: date
) -> Mapping[str, str]:
    """This will give every basic item of the standard and the type's own (KZ_*), by short name; dates are YYYYMMDD.

    What the node knows itself is stated whether or not the type has a field for it.
    """
    agency, holders = certificate.agency, named_holders(definition, values)
    until = certificate.valid_until
    own = {
        "ZZMC": definition.title_zh,
        "ZZLXMC": definition.title_zh,
        "ZZLXDM": definition.code,
        "ZZBS": certificate.identifier,
        "ZZBFJG": agency.name_zh,
        "ZZBFJGDM": agency.uscc,
        "ZZBFRQ": _day(issue_date),
        "ZZYXQQSRQ": _day(certificate.valid_from),
        "ZZYXQJZRQ": LONG_TERM if until is None else _day(until),
        "CZZTDMLX": SEPARATOR.join(_code_type(holder) for holder in holders),
        "CZZTDMLXDM": SEPARATOR.join(holder.code_type for holder in holders),
    }
    stated = {
        field.short_name: stated_text(field, values[field.name]) for field in definition.fields if field.name in values
    }
    return MappingProxyType({**own, **stated})


def stated_text(field: FieldDefinition, value: FieldValue) -> str:
    """This will give one item's text as the metadata state it."""
    items = (value,) if isinstance(value, str) else tuple(value)
    if field.kind is FieldKind.DATE:
        items = tuple(_day(date.fromisoformat(item)) for item in items)
    return SEPARATOR.join(items)


def _day(day: date) -> str:
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def _code_type(holder: NamedHolder) -> str:
    return HOLDER_CODE_TYPES[holder.code_type].name_zh
