"""The form that a value of each kind must have, one rule a kind."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from accounts.core.errors import IdentityCodeError
from accounts.core.identity_codes import check_citizen_id, check_uscc, holder_code_type
from accounts.core.regions import region
from certificates.core.errors import LicenceTypeError
from certificates.core.field_kinds import FieldKind
from certificates.core.licence_type_model import FieldDefinition
from certificates.core.photos import PHOTO_VALUE
from certificates.core.text_rules import is_person_name, text_fault

_PHONE: Final = re.compile(r"1[0-9]{10}|0[0-9]{2,3}-?[0-9]{7,8}(?:-[0-9]{1,6})?|400-?[0-9]{3}-?[0-9]{4}", re.ASCII)
_ACCOUNT: Final = re.compile(r"[0-9]{9,30}", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_REGION: Final = re.compile(r"[0-9]{6}", re.ASCII)
_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,13}", re.ASCII)
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,13})(?:\.[0-9]{1,4})?", re.ASCII)

Rule = Callable[[FieldDefinition, str, date], None]


class FieldError(LicenceTypeError):
    """This will name the field a value was refused for: its name in the type, never its value.

    `field` is empty where the name itself was made up and does not even look like one.
    """

    def __init__(self, code: str, field: str, message: str = "") -> None:
        super().__init__(code, message)
        self.args = (code, field, message)
        self.field = field


def check_item(field: FieldDefinition, value: str, *, at: date) -> None:
    """This will check one text by its length, its characters and the rule of its field's kind. Raises FieldError."""
    if len(value) > field.max_length:
        raise FieldError("licence_type.field.length", field.name, "the value is too long")
    fault = text_fault(value)
    if fault is not None:
        raise FieldError("licence_type.field.character", field.name, f"the text has a fault of {fault}")
    try:
        _RULES[field.kind](field, value, at)
    except IdentityCodeError as error:
        raise FieldError(error.code, field.name, error.message) from None


def _refuse_unless(good: bool, field: FieldDefinition) -> None:
    if not good:
        raise FieldError("licence_type.field.format", field.name, "the value does not have the form of its kind")


def _free_text(field: FieldDefinition, value: str, at: date) -> None:
    """Text has passed `text_fault`; no more is known of it."""


def _person_name(field: FieldDefinition, value: str, at: date) -> None:
    _refuse_unless(is_person_name(value), field)


def _citizen_id(field: FieldDefinition, value: str, at: date) -> None:
    if check_citizen_id(value).birth_date > at:
        raise FieldError("licence_type.field.future", field.name, "nobody is born in the future")


def _uscc(field: FieldDefinition, value: str, at: date) -> None:
    check_uscc(value)


def _holder_code_type(field: FieldDefinition, value: str, at: date) -> None:
    holder_code_type(value)


def _licence_number(field: FieldDefinition, value: str, at: date) -> None:
    _refuse_unless(" " not in value, field)


def _date(field: FieldDefinition, value: str, at: date) -> None:
    _refuse_unless(_DATE.fullmatch(value) is not None, field)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise FieldError("licence_type.field.format", field.name, "no day of the calendar") from None
    if field.short_name == "ZZBFRQ" and day > at:
        raise FieldError("licence_type.field.future", field.name, "nothing is issued in the future")


def _enum(field: FieldDefinition, value: str, at: date) -> None:
    _refuse_unless(value in {option.value for option in field.options}, field)


def _region(field: FieldDefinition, value: str, at: date) -> None:
    _refuse_unless(_REGION.fullmatch(value) is not None, field)
    region(f"{value[:2]}0000")


def _shape(pattern: re.Pattern[str]) -> Rule:
    def rule(field: FieldDefinition, value: str, at: date) -> None:
        _refuse_unless(pattern.fullmatch(value) is not None, field)

    return rule


_RULES: Mapping[FieldKind, Rule] = MappingProxyType(
    {
        FieldKind.TEXT: _free_text,
        FieldKind.LIST_TEXT: _free_text,
        FieldKind.ADDRESS: _free_text,
        FieldKind.HOLDER_NAME: _free_text,
        FieldKind.ORGANISATION_NAME: _free_text,
        FieldKind.HOLDER_CODE: _free_text,  # its type stands in another field: `field_rules` checks the two together
        FieldKind.HOLDER_CODE_TYPE: _holder_code_type,
        FieldKind.PERSON_NAME: _person_name,
        FieldKind.CITIZEN_ID: _citizen_id,
        FieldKind.USCC: _uscc,
        FieldKind.PHONE: _shape(_PHONE),
        FieldKind.BANK_ACCOUNT: _shape(_ACCOUNT),
        FieldKind.LICENCE_NUMBER: _licence_number,
        FieldKind.DATE: _date,
        FieldKind.ENUM: _enum,
        FieldKind.REGION: _region,
        FieldKind.INTEGER: _shape(_INTEGER),
        FieldKind.DECIMAL: _shape(_DECIMAL),
        FieldKind.PHOTO: _shape(PHOTO_VALUE),
    }
)
