"""The lint of values: refused with a code and the field's name, and never with the value."""

import pickle
from datetime import date
from typing import Any

import pytest

from certificates.core.errors import LicenceTypeError
from certificates.core.field_rules import FieldError, check_values, holder_count, require_issuer
from certificates.core.licence_types import FieldKind, parse_licence_type
from tests.unit.certificates.demo_data import AT, CONSTRUCTOR, FOOD, PEOPLE, REAL_ESTATE, definition, licence, type_data

FROM, UNTIL = date(2026, 3, 2), date(2029, 3, 1)


def check(code: str, values: dict[str, Any], **dates: Any) -> None:
    sample = licence(code)
    until = sample.get("valid_until")
    span = {
        "valid_from": date.fromisoformat(sample["valid_from"]),
        "valid_until": date.fromisoformat(until) if until else None,
        "at": AT,
    }
    check_values(definition(code), values, **(span | dates))


def refused(code: str, changes: dict[str, Any], **dates: Any) -> tuple[str, str]:
    values = licence(code)["values"] | changes
    with pytest.raises(FieldError) as raised:
        check(code, {name: value for name, value in values.items() if value is not None}, **dates)
    error = raised.value
    assert isinstance(error, LicenceTypeError)
    printed = f"{error}{error!r}{error.args}"
    for value in changes.values():
        assert not isinstance(value, str) or len(value) < 3 or value not in printed
    return error.code, error.field


@pytest.mark.parametrize("sample", PEOPLE["licences"], ids=lambda sample: sample["id"])
def test_the_sample_licences_are_good(sample: dict[str, Any]) -> None:
    until = sample.get("valid_until")
    kind = definition(sample["type"])
    # The demo draws its people's photos when it issues: what is signed is the picture's digest.
    photos = {field.name: f"sha256:{'A' * 43}" for field in kind.fields if field.kind is FieldKind.PHOTO}
    check_values(
        kind,
        sample["values"] | photos,
        valid_from=date.fromisoformat(sample["valid_from"]),
        valid_until=date.fromisoformat(until) if until else None,
        at=AT,
    )
    assert holder_count(definition(sample["type"]), sample["values"]) == len(sample["holders"])


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("holder_code", "330106198805123014", "identity.citizen_id.check_digit"),
        ("holder_code", "33010619880512301", "identity.citizen_id.length"),
        ("employer_code", "91330100MA9900108A", "identity.uscc.check_digit"),
        ("issuing_authority_code", "91330100ma9900108r", "identity.uscc.format"),
        ("holder_name", "张3", "licence_type.field.format"),
        ("holder_name", "张（三）", "licence_type.field.format"),
        ("holder_name", "沙马•阿依", "licence_type.field.format"),  # U+2022 in place of U+00B7
        ("holder_name", "·阿依", "licence_type.field.format"),
        ("holder_name", "张" * 61, "licence_type.field.length"),
        ("holder_name", "", "licence_type.field.character"),
        ("holder_name", None, "licence_type.field.missing"),
        ("holder_name", ["张三"], "licence_type.field.format"),
        ("holder_name", 5, "licence_type.field.format"),
        ("sex", "未知", "licence_type.field.format"),
        ("birth_date", "1988-02-30", "licence_type.field.format"),
        ("birth_date", "19880512", "licence_type.field.format"),
        ("birth_date", "1988-W19-4", "licence_type.field.format"),
        ("birth_date", "1988-05-13", "licence_type.field.contradicts_id"),
        ("sex", "女", "licence_type.field.contradicts_id"),
        ("issued_on", "2026-11-21", "licence_type.field.future"),
        ("specialities", "建筑工程", "licence_type.field.items"),
        ("specialities", [], "licence_type.field.items"),
        ("specialities", ["建筑工程"] * 65, "licence_type.field.items"),
        ("specialities", ["建" * 61], "licence_type.field.length"),
        ("specialities", ["330106198805123013"], "licence_type.field.contains_id"),
        ("employer", "负责人330106198805123013", "licence_type.field.contains_id"),
        ("certificate_number", "沪建0001", "licence_type.number"),
        ("certificate_number", "浙23320262026 00001", "licence_type.field.format"),
        ("valid_until", "2029-03-02", "licence_type.validity.mismatch"),
        ("valid_from", "2026-03-01", "licence_type.validity.mismatch"),
        ("nickname", "小张", "licence_type.field.unknown"),
    ],
)
def test_refuses_a_value_by_its_fields_name_only(name: str, value: object, code: str) -> None:
    assert refused(CONSTRUCTOR, {name: value}) == (code, name)


def test_refuses_a_field_name_made_of_a_value_without_echoing_it() -> None:
    assert refused(CONSTRUCTOR, {"330106198805123013": "x"}) == ("licence_type.field.unknown", "")


@pytest.mark.parametrize(
    "text",
    [
        "浙江\u202e省",  # right-to-left override
        "浙江\u200b省",  # zero width
        "浙\u2066江",
        "\ufeff浙江",
        "浙江\ue000",  # private use
        "浙江\U000f0000",
        "浙江\ud842",  # lone surrogate
        "浙江\x00",
        "浙江\n省",
        "浙江\u2028省",
        "浙江\u3000省",
        "浙江\u00a0省",
        "浙\u3164江",  # Hangul filler
        "葛\U000e0100",  # variation selector: another face of the same sign
        "浙江\ufe0f",
        "浙江\U000e0041",  # tag
        "浙江\u0378",  # unassigned
        "浙江\U0002ffff",
        " 浙江",
        "浙江 ",
        "浙  江",
        "e\u0301tude",  # not NFC
        "\uf900",  # compatibility ideograph
        "a\u0323\u0307\u0308\u0330z",
    ],
)
def test_refuses_text_that_does_not_read_as_it_is_signed(text: str) -> None:
    assert refused(CONSTRUCTOR, {"employer": text}) == ("licence_type.field.character", "employer")


RARE_NAMES = ["张䶮", "欧阳𫖯", "沈㛃", "\U00031350文", "\U0002ebf0文", "张"]
FOREIGN_NAMES = ["沙马·阿依", "阿卜杜拉·买买提·艾力", "John O'Neil", "Anne-Marie Lee", "བསོད·ནམས"]


@pytest.mark.parametrize("name", RARE_NAMES + FOREIGN_NAMES)
def test_rare_and_foreign_names_are_good(name: str) -> None:
    check(CONSTRUCTOR, licence(CONSTRUCTOR)["values"] | {"holder_name": name})


def test_a_birth_in_the_future_is_refused() -> None:
    sample = licence(CONSTRUCTOR)["values"]
    check(CONSTRUCTOR, sample)
    assert refused(CONSTRUCTOR, {}, at=date(1988, 5, 11)) == ("licence_type.field.future", "holder_code")


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        ({"valid_until": date(2026, 3, 1)}, "licence_type.validity.order"),
        ({"valid_until": date(2026, 3, 2), "at": date(2026, 3, 3)}, "licence_type.validity.past"),
        ({"valid_until": date(2029, 3, 3)}, "licence_type.validity.too_long"),
        ({"valid_until": None}, "licence_type.validity.long_term"),
    ],
)
def test_refuses_a_validity_that_the_type_does_not_have(dates: dict[str, Any], code: str) -> None:
    data = type_data(CONSTRUCTOR)
    next(f for f in data["fields"] if f["name"] == "valid_until")["required"] = False
    values = licence(CONSTRUCTOR)["values"]
    del values["valid_until"]
    span = {"valid_from": FROM, "valid_until": UNTIL, "at": AT}
    check_values(parse_licence_type(data), values, **span)
    check_values(parse_licence_type(data), values, **(span | {"valid_until": date(2029, 3, 2)}))
    with pytest.raises(FieldError) as raised:
        check_values(parse_licence_type(data), values, **(span | dates))
    assert (raised.value.code, raised.value.field) == (code, "valid_until")


def test_a_long_term_licence_names_no_end() -> None:
    check(REAL_ESTATE, licence(REAL_ESTATE)["values"], valid_until=None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"holder_name": ["欧阳𫖯"]}, ("licence_type.holders", "holder_name")),
        ({"shares": ["60%"]}, ("licence_type.holders", "shares")),
        ({"holder_name": "欧阳𫖯"}, ("licence_type.field.items", "holder_name")),
        ({"holder_code": ["330102199602290021"] * 2}, ("licence_type.holders", "holder_code")),
        ({"holder_code": ["330102199602290021"] * 21}, ("licence_type.holders", "")),
        ({"holder_code_type": ["111", "001"]}, ("identity.uscc.check_digit", "holder_code")),
        ({"holder_code_type": ["111", "114"]}, ("licence_type.field.format", "holder_code_type")),
        ({"holder_code_type": ["111", "70"]}, ("identity.holder_code_type.unknown", "holder_code_type")),
        ({"building_area": "89,35"}, ("licence_type.field.format", "building_area")),
        ({"co_ownership": "共有"}, ("licence_type.field.format", "co_ownership")),
        ({"certificate_number": "浙(2026)杭州市不动产权第0000017号"}, ("licence_type.number", "certificate_number")),
    ],
)
def test_refuses_co_owners_that_do_not_add_up(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert refused(REAL_ESTATE, changes) == expected


def test_a_person_and_a_firm_can_own_together() -> None:
    check(
        REAL_ESTATE,
        licence(REAL_ESTATE)["values"]
        | {
            "holder_name": ["欧阳𫖯", "杭州湖畔食堂餐饮管理有限公司"],
            "holder_code": ["330102199602290021", "91330106MA9900095T"],
            "holder_code_type": ["111", "001"],
        },
    )


def test_refuses_to_issue_in_another_bodys_name() -> None:
    kind, values = definition(FOOD), licence(FOOD)["values"]
    own = {"agency_name": "杭州市西湖区市场监督管理局（样例）", "agency_uscc": "11330106MB990003X9"}
    require_issuer(kind, values, **own)
    for name, other in (("agency_name", "杭州市市场监督管理局"), ("agency_uscc", "11330100MB9900021T")):
        with pytest.raises(FieldError) as raised:
            require_issuer(kind, values, **(own | {name: other}))
        assert raised.value.code == "licence_type.issuer.mismatch"


def test_an_error_survives_being_passed_between_processes() -> None:
    error = pickle.loads(pickle.dumps(FieldError("licence_type.number", "certificate_number", "wrong")))
    assert (error.code, error.field, str(error)) == (
        "licence_type.number",
        "certificate_number",
        "licence_type.number: wrong",
    )
