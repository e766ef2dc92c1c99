"""Every shipped type can be issued: a licence of each passes the lint, and what its type promises of it holds."""

import copy
import json
from datetime import date
from typing import Any

import pytest

from certificates.core.errors import LicenceTypeError
from certificates.core.field_kinds import FieldKind
from certificates.core.field_rules import check_values
from certificates.core.issued_values import credential_content, licence_number, named_holders
from certificates.core.licence_types import parse_licence_type
from certificates.core.photos import photo_field, photo_value
from certificates.core.seal_content import seal_content, seal_to_json
from certificates.core.status_list import StatusReference
from tests.unit.certificates.demo_data import AT, LICENCES, TYPE_CODES, definition, type_data

ID_CARD, BUSINESS, DRIVING = "11100000000013127D001", "11100000MB0000000P002", "11100000MB0000000P007"
NUMBERED_BY_HOLDER = {ID_CARD, BUSINESS, DRIVING}


def check(licence: dict[str, Any], **changes: Any) -> None:
    end = licence.get("valid_until")
    check_values(
        definition(licence["type"]),
        licence["values"] | photo(licence) | changes,
        valid_from=date.fromisoformat(licence["valid_from"]),
        valid_until=date.fromisoformat(end) if end else None,
        at=AT,
    )


def photo(licence: dict[str, Any]) -> dict[str, str]:
    """A picture is handed in beside the values; its digest is the value."""
    field = photo_field(definition(licence["type"]))
    return {field.name: photo_value(b"a picture")} if field is not None and "portrait" in licence else {}


def of_type(code: str) -> dict[str, Any]:
    return copy.deepcopy(next(one for one in LICENCES if one["type"] == code))


def test_every_type_is_shown_twice_at_least() -> None:
    shown = [one["type"] for one in LICENCES]
    assert {code: shown.count(code) >= 2 for code in TYPE_CODES} == dict.fromkeys(TYPE_CODES, True)
    assert len(TYPE_CODES) == 12


@pytest.mark.parametrize("licence", LICENCES, ids=[one["id"] for one in LICENCES])
def test_a_sample_licence_may_be_issued(licence: dict[str, Any]) -> None:
    check(licence)
    kind = definition(licence["type"])
    assert len(named_holders(kind, licence["values"])) in range(kind.min_holders, kind.max_holders + 1)


@pytest.mark.parametrize("licence", LICENCES, ids=[one["id"] for one in LICENCES])
def test_the_printed_code_holds_no_number_of_a_person(licence: dict[str, Any]) -> None:
    kind = definition(licence["type"])
    status = StatusReference(uri="https://zhejiang.example/status-lists/1", index=7)
    sealed = seal_content(
        kind, licence["values"], region="330000", status=status, issued_at=1_780_000_000, expires_at=1_790_000_000
    )
    said = json.dumps(seal_to_json(sealed), ensure_ascii=False)
    for field in kind.fields:
        if field.kind in {FieldKind.CITIZEN_ID, FieldKind.HOLDER_CODE, FieldKind.BANK_ACCOUNT}:
            value = licence["values"].get(field.name, ())
            assert not any(number in said for number in ([value] if isinstance(value, str) else value))


@pytest.mark.parametrize("code", sorted(NUMBERED_BY_HOLDER))
def test_a_number_that_is_the_holders_cannot_be_anothers(code: str) -> None:
    other = {BUSINESS: "91330100MA9900108R"}.get(code, "330106199011172045")
    with pytest.raises(LicenceTypeError) as refusal:
        check(of_type(code), certificate_number=other)
    assert refusal.value.code == "licence_type.field.contradicts_id"


@pytest.mark.parametrize("code", TYPE_CODES)
def test_a_type_that_asks_for_a_photo_is_not_issued_without(code: str) -> None:
    field, licence = photo_field(definition(code)), of_type(code)
    if field is None or not field.required:
        check(licence)
    else:
        del licence["portrait"]
        with pytest.raises(LicenceTypeError) as refusal:
            check(licence)
        assert refusal.value.code == "licence_type.field.missing"


def test_the_types_numbered_by_their_holder_say_so() -> None:
    own = {
        one["type"]
        for one in LICENCES
        if licence_number(definition(one["type"]), one["values"]) == one["values"]["holder_code"]
    }
    assert own == NUMBERED_BY_HOLDER


def test_refuses_a_type_where_another_field_than_a_number_repeats_the_holders_code() -> None:
    data = type_data(ID_CARD)
    next(field for field in data["fields"] if field["name"] == "ethnicity")["told_by_id"] = "code"
    with pytest.raises(LicenceTypeError) as refusal:
        parse_licence_type(data)
    assert refusal.value.code == "licence_type.field.told_by_id"


def test_facts_of_the_new_types_hold_of_the_samples() -> None:
    def facts(name: str) -> tuple[str, ...]:
        licence = next(one for one in LICENCES if one["id"] == name)
        return credential_content(definition(licence["type"]), licence["values"], at=AT).facts

    assert facts("zhang_id_card") == ("age_over_16", "age_over_18")
    assert facts("lakeside_business") == ("holder_is_company", "established_over_3_years")
    assert facts("zhang_zhou_birth") == ("child_over_6",)
    assert facts("birth-one-parent") == ()
    assert facts("zhang_driving") == ("age_over_18", "driving_over_3_years")
