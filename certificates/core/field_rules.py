"""The lint of a licence's values before anything is signed: what the fields must be together."""

import re
from datetime import date

from accounts.core.errors import IdentityCodeError
from accounts.core.identity_codes import check_citizen_id, check_holder_code
from certificates.core.field_kinds import MAX_ITEMS, FieldKind
from certificates.core.grains import Grain
from certificates.core.kind_rules import FieldError, check_item
from certificates.core.licence_type_model import FieldDefinition, FieldValues, LicenceTypeDefinition
from certificates.core.masking import contains_citizen_id
from certificates.core.sd_jwt_format import FIELD_NAME
from certificates.core.told_by_id import check_told_by_id

__all__ = ["FieldError", "check_values", "holder_count", "require_issuer"]


def check_values(
    definition: LicenceTypeDefinition, values: FieldValues, *, valid_from: date, valid_until: date | None, at: date
) -> None:
    """This will pass only values that may be signed as a licence of this type on the day `at` (in China).

    `valid_until` is None for a long-term licence. Values are texts; a list of texts for LIST_TEXT and for fields with
    one value for each holder. Raises FieldError (a LicenceTypeError with `.field`): `licence_type.field.unknown |
    missing | format | length | character | items | contains_id | contradicts_id | future`, `licence_type.holders`,
    `licence_type.number`, `licence_type.validity.order | long_term | too_long | past | mismatch`, or a code of
    `identity.*` where an identity code is wrong. No message holds a value.
    """
    _check_present(definition, values)
    for field in definition.fields:
        if field.name in values:
            for item in _items(field, values[field.name]):
                check_item(field, item, at=at)
    _check_holder_count(definition, values)
    _check_holder_codes(definition, values, at)
    check_told_by_id(definition, values)
    _check_number(definition, values)
    _check_open_fields_hold_no_id(definition, values)
    _check_validity(definition, values, valid_from, valid_until, at)


def require_issuer(
    definition: LicenceTypeDefinition, values: FieldValues, *, agency_name: str, agency_uscc: str
) -> None:
    """This will refuse values that name another issuing body than the agency that asks.

    Raises FieldError `licence_type.issuer.mismatch`.
    """
    for short_name, own in (("ZZBFJG", agency_name), ("ZZBFJGDM", agency_uscc)):
        field = definition.by_short_name(short_name)
        if field is not None and values.get(field.name) != own:
            raise FieldError("licence_type.issuer.mismatch", field.name, "the issuing body is not the one that asks")


def holder_count(definition: LicenceTypeDefinition, values: FieldValues) -> int:
    """This will count the holders that checked values name."""
    field = definition.by_short_name("CZZTDM")
    return len(_items(field, values[field.name])) if field is not None and field.name in values else 0


def _check_present(definition: LicenceTypeDefinition, values: FieldValues) -> None:
    known = {field.name for field in definition.fields}
    for name in values:
        if name not in known:
            shown = name if FIELD_NAME.fullmatch(name) else ""
            raise FieldError("licence_type.field.unknown", shown, "the licence type has no such field")
    for field in definition.fields:
        if field.required and field.name not in values:
            raise FieldError("licence_type.field.missing", field.name, "a required field is missing")


def _items(field: FieldDefinition, value: object) -> tuple[str, ...]:
    if field.is_list:
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= MAX_ITEMS:
            raise FieldError("licence_type.field.items", field.name, "a list of 1 to 64 texts is expected")
        items = tuple(value)
    else:
        items = (value,)
    if not all(isinstance(item, str) for item in items):
        raise FieldError("licence_type.field.format", field.name, "text is expected")
    return items


def _check_holder_count(definition: LicenceTypeDefinition, values: FieldValues) -> None:
    count = holder_count(definition, values)
    if not definition.min_holders <= count <= definition.max_holders:
        raise FieldError("licence_type.holders", "", "the type does not allow this number of holders")
    for field in definition.fields:
        if field.multiple and field.name in values and len(_items(field, values[field.name])) != count:
            raise FieldError("licence_type.holders", field.name, "there is not one value for each holder")


def _check_holder_codes(definition: LicenceTypeDefinition, values: FieldValues, at: date) -> None:
    code_field = definition.by_short_name("CZZTDM")
    type_field = definition.by_short_name("CZZTDMLXDM")
    if code_field is None:
        return
    codes = _items(code_field, values[code_field.name])
    if len(set(codes)) != len(codes):
        raise FieldError("licence_type.holders", code_field.name, "a holder stands twice")
    if type_field is None or type_field.name not in values:
        return
    for code, code_type in zip(codes, _items(type_field, values[type_field.name]), strict=True):
        if code_type not in definition.holder_kinds:
            raise FieldError("licence_type.field.format", type_field.name, "not a kind of holder of this type")
        try:
            check_holder_code(code_type=code_type, code=code)
            born = check_citizen_id(code).birth_date if code_type == "111" else at
        except IdentityCodeError as error:
            raise FieldError(error.code, code_field.name, error.message) from None
        if born > at:
            raise FieldError("licence_type.field.future", code_field.name, "nobody is born in the future")


def _check_number(definition: LicenceTypeDefinition, values: FieldValues) -> None:
    field = definition.by_short_name("ZZBH")
    if field is None or field.name not in values:
        return
    if not all(re.fullmatch(definition.number_pattern, item) for item in _items(field, values[field.name])):
        raise FieldError("licence_type.number", field.name, "the number does not follow the type's rule")


def _check_open_fields_hold_no_id(definition: LicenceTypeDefinition, values: FieldValues) -> None:
    # A number like "T" + citizen ID, or an ID written into a remark, would leave through any field that is not guarded
    # as personal, and through the printed code above all.
    printed = {seal.field for seal in definition.seal_code_fields if seal.grain is Grain.FULL}
    for field in definition.fields:
        guarded = field.sensitivity.is_personal and field.name not in printed
        if guarded or field.kind is FieldKind.USCC or field.name not in values:
            continue
        if any(contains_citizen_id(item) for item in _items(field, values[field.name])):
            raise FieldError("licence_type.field.contains_id", field.name, "an open field holds a citizen ID")


def _check_validity(
    definition: LicenceTypeDefinition, values: FieldValues, valid_from: date, valid_until: date | None, at: date
) -> None:
    for short_name, day in (("ZZYXQQSRQ", valid_from), ("ZZYXQJZRQ", valid_until)):
        field = definition.by_short_name(short_name)
        if field is not None and field.name in values and values[field.name] != (day.isoformat() if day else None):
            raise FieldError(
                "licence_type.validity.mismatch", field.name, "the field says another day than the licence"
            )
    name = _end_field(definition)
    if valid_until is None:
        if not definition.validity.long_term:
            raise FieldError("licence_type.validity.long_term", name, "the type needs an end of validity")
        return
    if valid_until < valid_from:
        raise FieldError("licence_type.validity.order", name, "validity ends before it begins")
    if valid_until < at:
        raise FieldError("licence_type.validity.past", name, "validity has ended already")
    years = definition.validity.max_years
    if years is not None and _later(valid_until, valid_from, years):
        raise FieldError("licence_type.validity.too_long", name, "validity is longer than the type allows")


def _end_field(definition: LicenceTypeDefinition) -> str:
    field = definition.by_short_name("ZZYXQJZRQ")
    return field.name if field is not None else ""


def _later(end: date, start: date, years: int) -> bool:
    # The same day of the last year is allowed: some authorities print it, others the day before.
    return (end.year - years, end.month, end.day) > (start.year, start.month, start.day)
