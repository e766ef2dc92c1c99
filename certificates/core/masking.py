"""Masks: what a field looks like at the grain `masked`. Computed once, at issue, and signed; never made afterwards.

Every mask has a fixed width, so that it tells nothing about the length of what it hides. What does not look as its kind
should is hidden whole: a mask that falls back to the value is the usual fault of masking libraries.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from accounts.core.errors import IdentityCodeError
from accounts.core.identity_codes import check_citizen_id
from certificates.core.address_masking import mask_address
from certificates.core.errors import LicenceTypeError
from certificates.core.field_kinds import FieldKind
from certificates.core.licence_type_model import FieldDefinition, FieldValue

_MOBILE: Final = re.compile(r"1[0-9]{10}", re.ASCII)
_ID_SHAPE: Final = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_ID_INSIDE: Final = re.compile(r"(?=([0-9]{17}[0-9Xx]))", re.ASCII)
_ACCOUNT: Final = re.compile(r"[0-9]{12,30}", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SHORTEST_NUMBER: Final = 8
_SHORTEST_CODE: Final = 6


def mask(kind: FieldKind, value: str) -> str:
    """This will return the fixed-width mask of one value. Raises LicenceTypeError `licence_type.field.no_mask`."""
    masker = _MASKS.get(kind)
    if masker is None:
        raise LicenceTypeError("licence_type.field.no_mask", "this kind of field is shown whole or not at all")
    return masker(value)


def mask_field(field: FieldDefinition, value: FieldValue) -> FieldValue:
    """This will mask a field's value, item by item where it has one value for each holder."""
    if isinstance(value, str):
        return mask(field.kind, value)
    return tuple(mask(field.kind, item) for item in value)


def contains_citizen_id(text: str) -> bool:
    """This will tell whether a valid citizen ID stands anywhere inside a text, as some licence numbers have it."""
    return any(_is_citizen_id(found.group(1).upper()) for found in _ID_INSIDE.finditer(text))


def _is_citizen_id(code: str) -> bool:
    try:
        check_citizen_id(code)
    except IdentityCodeError:
        return False
    return True


def _mask_name(value: str) -> str:
    # First character only, compound surnames included: two kept characters would tell 欧阳 from 欧. A name of one
    # character, with or without blanks, would be shown whole.
    return f"{value[0]}**" if len(value.strip()) > 1 and not value[0].isspace() else "***"


def _mask_citizen_id(value: str) -> str:
    # The last character is the check digit, the next to last tells the sex: neither is kept (see `candidates`).
    return value[0] + "*" * 17 if _ID_SHAPE.fullmatch(value) else "*" * 18


def _mask_holder_code(value: str) -> str:
    return value[0] + "*" * 17 if len(value) >= _SHORTEST_CODE else "*" * 18


def _mask_phone(value: str) -> str:
    return f"{value[:3]}****{value[-4:]}" if _MOBILE.fullmatch(value) else "*" * 11


def _mask_bank_account(value: str) -> str:
    return "*" * 12 + value[-4:] if _ACCOUNT.fullmatch(value) else "*" * 16


def _mask_licence_number(value: str) -> str:
    # Some licences are numbered by their holder's ID (T + ID, the ID itself): two kept ends would give away its check
    # digit, so nothing is kept.
    if len(value) < _SHORTEST_NUMBER or contains_citizen_id(value):
        return "*" * 8
    return f"{value[:2]}****{value[-2:]}"


def _mask_date(value: str) -> str:
    return f"{value[:4]}-**-**" if _DATE.fullmatch(value) else "****-**-**"


_MASKS: Mapping[FieldKind, Callable[[str], str]] = MappingProxyType(
    {
        FieldKind.PERSON_NAME: _mask_name,
        FieldKind.HOLDER_NAME: _mask_name,
        FieldKind.CITIZEN_ID: _mask_citizen_id,
        FieldKind.HOLDER_CODE: _mask_holder_code,
        FieldKind.PHONE: _mask_phone,
        FieldKind.ADDRESS: mask_address,
        FieldKind.BANK_ACCOUNT: _mask_bank_account,
        FieldKind.LICENCE_NUMBER: _mask_licence_number,
        FieldKind.DATE: _mask_date,
    }
)
