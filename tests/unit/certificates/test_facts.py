"""Facts: a yes only when it is true, and never a yes that can become a no."""

import inspect
from datetime import UTC, date, datetime, timedelta

import pytest

from certificates.core import facts
from certificates.core.facts import RULE_ARGUMENTS, RULE_KINDS, facts_true, shanghai_date
from certificates.core.licence_types import FactRule, parse_licence_type
from tests.unit.certificates.demo_data import AT, CONSTRUCTOR, FOOD, REAL_ESTATE, definition, licence, type_data

BORN_2008_05_12 = "330106200805123015"
BORN_2008_02_29 = "330106200802290017"


def with_check(body: str) -> str:
    p = 0
    for digit in body:
        p = (p + int(digit)) * 2 % 11
    return body + "0123456789X"[(1 - p) % 11]


def over_18(code: str, at: date) -> bool:
    return "age_over_18" in facts_true(definition(CONSTRUCTOR), {"holder_code": with_check(code[:17])}, at=at)


@pytest.mark.parametrize(
    ("code", "at", "true"),
    [
        (BORN_2008_05_12, date(2026, 5, 11), False),
        (BORN_2008_05_12, date(2026, 5, 12), False),  # an age is reached on the day after the birthday
        (BORN_2008_05_12, date(2026, 5, 13), True),
        (BORN_2008_02_29, date(2026, 2, 28), False),
        (BORN_2008_02_29, date(2026, 3, 1), True),
        (BORN_2008_05_12, date(2008, 5, 12), False),
    ],
)
def test_an_age_is_reached_on_the_day_after_the_birthday(code: str, at: date, true: bool) -> None:
    assert over_18(code, at) is true


def test_once_true_always_true() -> None:
    seen = [over_18(BORN_2008_02_29, date(2026, 1, 1) + timedelta(days=n)) for n in range(0, 3000, 7)]
    assert seen == sorted(seen)
    assert seen[0] is False
    assert seen[-1] is True


def test_a_false_fact_leaves_no_trace() -> None:
    values = licence(REAL_ESTATE)["values"]
    assert facts_true(definition(REAL_ESTATE), values, at=AT) == {}
    values["co_ownership"] = "单独所有"
    assert facts_true(definition(REAL_ESTATE), values, at=AT) == {"is_sole_ownership": True}


def test_a_missing_optional_value_makes_no_fact() -> None:
    assert facts_true(definition(CONSTRUCTOR), {}, at=AT) == {}


@pytest.mark.parametrize(("code", "true"), [("91330106MA9900095T", True), ("11330106MB990003X9", False)])
def test_a_company_is_told_by_its_code(code: str, true: bool) -> None:
    found = facts_true(definition(FOOD), {"holder_code": code}, at=AT)
    assert found == ({"holder_is_company": True} if true else {})


def test_a_fact_of_several_holders_needs_all_of_them() -> None:
    data = type_data(REAL_ESTATE)
    data["holder_kinds"] = ["111"]
    field = next(field for field in data["fields"] if field["name"] == "holder_code")
    field["kind"], field["grains"] = "citizen_id", ["full", "masked", "fact"]
    field["facts"] = [
        {"name": "age_over_18", "rule": "age_at_least", "argument": 18, "title_zh": "成年", "title_en": "adult"}
    ]
    several = parse_licence_type(data)
    grown, child = "330102199602290021", with_check("33010620200512301")
    assert facts_true(several, {"holder_code": [grown, grown]}, at=AT) == {"age_over_18": True}
    assert facts_true(several, {"holder_code": [grown, child]}, at=AT) == {}
    assert facts_true(several, {"holder_code": []}, at=AT) == {}


def test_years_since_a_date() -> None:
    data = type_data(CONSTRUCTOR)
    field = next(field for field in data["fields"] if field["name"] == "issued_on")
    field["grains"] = ["full", "fact"]
    field["facts"] = [
        {"name": "held_2_years", "rule": "years_since", "argument": 2, "title_zh": "满两年", "title_en": "held 2 years"}
    ]
    held = parse_licence_type(data)
    assert facts_true(held, {"issued_on": "2026-03-02"}, at=date(2028, 3, 2)) == {}
    assert facts_true(held, {"issued_on": "2026-03-02"}, at=date(2028, 3, 3)) == {"held_2_years": True}


def test_the_day_is_that_of_china() -> None:
    assert shanghai_date(datetime(2026, 5, 12, 15, 59, tzinfo=UTC)) == date(2026, 5, 12)
    assert shanghai_date(datetime(2026, 5, 12, 16, 0, tzinfo=UTC)) == date(2026, 5, 13)


def test_the_table_of_rules_is_complete_and_reads_no_clock() -> None:
    assert set(RULE_KINDS) == set(RULE_ARGUMENTS) == set(FactRule)
    assert ".today(" not in inspect.getsource(facts)
    assert ".now(" not in inspect.getsource(facts)
