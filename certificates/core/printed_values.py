"""How a field's value stands on a licence's page, and whether a page says what is signed."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from accounts.core.citizen_id import check_citizen_id
from accounts.core.errors import IdentityCodeError
from accounts.core.identity_codes import holder_code_type
from accounts.core.regions import region
from certificates.core.field_kinds import FieldKind
from certificates.core.licence_types import FieldDefinition, FieldValue, LicenceTypeDefinition

_CITIZEN_ID: Final = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9X](?![0-9A-Za-z])", re.ASCII)
_HIDDEN: Final = frozenset(
    {"Cc", "Cf", "Cn", "Cs"}
)  # controls, marks of direction, zero widths: nothing that is printed


def printed_value(field: FieldDefinition, value: str) -> str:
    """This will give one value in the form in which every licence's page prints it."""
    if field.kind is FieldKind.DATE:
        return chinese_date(date.fromisoformat(value))
    if field.kind is FieldKind.REGION:
        return region(value).name_zh
    if field.kind is FieldKind.HOLDER_CODE_TYPE:
        return holder_code_type(value).name_zh
    if field.kind is FieldKind.ENUM:
        return next((option.title_zh for option in field.options if option.value == value), value)
    return value


def chinese_date(day: date) -> str:
    """This will write a day as pages print it."""
    return f"{day.year}年{day.month}月{day.day}日"


def page_agrees(text: str, *, definition: LicenceTypeDefinition, values: Mapping[str, FieldValue]) -> bool:
    """This will tell whether a page's text holds every value, nothing that cannot be seen, and no citizen's ID but those signed.

    `values` are the signed ones by field name, those of other fields are not looked for. Blanks and line ends do not count.
    """
    return says_all(text, tuple(_printed(definition, values)))


def says_all(text: str, due: Sequence[str]) -> bool:
    """This will tell whether a page's text holds all that is due, nothing that cannot be seen, and no citizen's ID but those due."""
    if any(unicodedata.category(char) in _HIDDEN and not char.isspace() for char in text):
        return False
    page = unspaced(text)
    expected = [unspaced(one) for one in due]
    if not all(one in page for one in expected):
        return False
    return all(any(found in one for one in expected) for found in _citizen_ids(text))


def _printed(definition: LicenceTypeDefinition, values: Mapping[str, FieldValue]) -> Iterator[str]:
    for field in definition.fields:
        if field.name in values and field.kind is not FieldKind.PHOTO:
            value = values[field.name]
            yield from (printed_value(field, item) for item in ((value,) if isinstance(value, str) else value))


def _citizen_ids(text: str) -> Iterator[str]:
    for found in _CITIZEN_ID.findall(text):
        try:
            check_citizen_id(found)
        except IdentityCodeError:
            continue  # some other number of that length
        yield found


def unspaced(text: str) -> str:
    """This will give a text without blanks and line ends, as texts of pages are compared."""
    return "".join(text.split())
