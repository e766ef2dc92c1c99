"""A page says what is signed: every value, no other person's number, nothing that cannot be seen."""

import pytest

from certificates.core.licence_types import FieldDefinition, LicenceTypeDefinition, parse_licence_type
from certificates.core.printed_values import page_agrees, printed_value
from demo.people import read_licence_types

VALUES = {
    "certificate_number": "浙233202612345678",
    "holder_name": "阿卜杜热合曼·买买提",
    "holder_code": "11010119900307002X",
    "specialities": ("建筑工程", "市政公用工程"),
    "valid_until": "2029-03-07",
}
PAGE = "证书编号 浙233202612345678\r\n姓 名 阿卜杜热合曼·\n买买提\n11010119900307002X\n建筑工程\n市政公用工程 2029 年 3 月 7 日"


@pytest.fixture(scope="module")
def definition() -> LicenceTypeDefinition:
    types, _ = read_licence_types()
    parsed = (parse_licence_type(data) for data in types)
    return next(found for found in parsed if {item.name for item in found.fields} >= VALUES.keys())


def field(definition: LicenceTypeDefinition, name: str) -> FieldDefinition:
    return definition.field(name)


def test_a_page_with_every_value_agrees_however_its_lines_break(definition: LicenceTypeDefinition) -> None:
    assert page_agrees(PAGE, definition=definition, values=VALUES)


@pytest.mark.parametrize("name", list(VALUES))
def test_a_page_that_leaves_out_or_changes_a_value_does_not_agree(definition: LicenceTypeDefinition, name: str) -> None:
    value = VALUES[name]
    one = value if isinstance(value, str) else value[-1]
    printed = printed_value(field(definition, name), one)
    page = "".join(PAGE.split())
    assert printed in page
    assert not page_agrees(page.replace(printed, ""), definition=definition, values=VALUES)
    assert not page_agrees(page.replace(printed, printed[:-1] + "某"), definition=definition, values=VALUES)


def test_a_page_with_another_persons_number_does_not_agree(definition: LicenceTypeDefinition) -> None:
    assert not page_agrees(PAGE + "\n653101197001042016", definition=definition, values=VALUES)
    assert page_agrees(PAGE + "\n653101197001042017", definition=definition, values=VALUES)  # no number of a person
    without = {name: value for name, value in VALUES.items() if name != "holder_code"}
    assert not page_agrees(PAGE, definition=definition, values=without)  # not signed, and still printed


@pytest.mark.parametrize("char", ["\u202e", "\u200b", "\u2066", "\u00ad", "\u0000", "\ufffe", "\u200f"])
def test_a_page_with_what_cannot_be_seen_does_not_agree(definition: LicenceTypeDefinition, char: str) -> None:
    assert not page_agrees(PAGE.replace("姓", char + "姓"), definition=definition, values=VALUES)
    assert not page_agrees(PAGE.replace("11010119", "1101" + char + "0119"), definition=definition, values=VALUES)


def test_a_look_alike_is_another_character(definition: LicenceTypeDefinition) -> None:
    assert not page_agrees(PAGE.replace("11010119", "1lO10119"), definition=definition, values=VALUES)
    assert not page_agrees(PAGE.replace("·", "・"), definition=definition, values=VALUES)
