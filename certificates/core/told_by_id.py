"""What a holder's code says of its owner must not be said otherwise by another field of the same licence."""

from collections.abc import Mapping

from accounts.core.citizen_id import CitizenId
from accounts.core.errors import IdentityCodeError
from accounts.core.identity_codes import check_citizen_id
from certificates.core.kind_rules import FieldError
from certificates.core.licence_type_model import (
    SEX_VALUES,
    FieldDefinition,
    FieldValue,
    LicenceTypeDefinition,
    ToldById,
)


def check_told_by_id(definition: LicenceTypeDefinition, values: Mapping[str, FieldValue]) -> None:
    """This will compare the fields declared `told_by_id` with the holders' codes, holder by holder.

    The values have the form of their kinds already. Sex and birth date are compared where the code is a citizen ID.
    Raises FieldError `licence_type.field.contradicts_id`.
    """
    code_field = definition.by_short_name("CZZTDM")
    if code_field is None or code_field.name not in values:
        return
    codes = _texts(values[code_field.name])
    for field in definition.fields:
        if field.told_by_id is not None and field.name in values:
            for code, value in zip(codes, _texts(values[field.name]), strict=field.multiple):
                if not _agrees(field, value, code):
                    raise FieldError(
                        "licence_type.field.contradicts_id", field.name, "the holder's code says otherwise"
                    )


def _texts(value: FieldValue) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _owner(code: str) -> CitizenId | None:
    try:
        return check_citizen_id(code)
    except IdentityCodeError:  # the holder is a body, or shows another document
        return None


def _agrees(field: FieldDefinition, value: str, code: str) -> bool:
    if field.told_by_id is ToldById.CODE:
        return value == code
    owner = _owner(code)
    if owner is None:
        return True
    if field.told_by_id is ToldById.SEX:
        return SEX_VALUES[value] is owner.sex
    return value == owner.birth_date.isoformat()
