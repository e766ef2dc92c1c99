"""The usage list denies by default; the most specific rule decides; the narrowest of wanted, allowed and offered wins."""

import itertools
from typing import Any

import pytest

from certificates.core.grains import Grain, narrowest
from verification.core.usage_list import UsageDecision, UsageRule, cut

FULL, MASKED, FACT, WITHHELD = Grain.FULL, Grain.MASKED, Grain.FACT, Grain.WITHHELD
AGENCY = "11440000006925055U"


def rule(**changes: Any) -> UsageRule:
    values: dict[str, Any] = {
        "type_code": "driving_licence",
        "relying_region": "440000",
        "agency_uscc": "*",
        "matter_code": "transfer",
        "fields": {"holder_name": MASKED},
        "version": 1,
    }
    return UsageRule(**(values | changes))


def decide(*rules: UsageRule, **changes: Any) -> UsageDecision:
    values: dict[str, Any] = {
        "type_code": "driving_licence",
        "region": "440000",
        "agency": AGENCY,
        "matter": "transfer",
        "wanted": {"holder_name": FULL},
        "offered": {"holder_name": FULL},
    }
    return cut(rules, **(values | changes))


def test_shows_nothing_without_a_rule() -> None:
    decision = decide()
    assert decision.allowed == {}
    assert decision.withheld == ("holder_name",)
    assert decision.rule_version is None
    assert decision.code == "usage.no_rule"


@pytest.mark.parametrize(("wanted", "allowed", "offered"), list(itertools.product(Grain, repeat=3)))
def test_the_narrowest_of_wanted_allowed_and_offered_wins(wanted: Grain, allowed: Grain, offered: Grain) -> None:
    decision = decide(
        rule(fields={"holder_name": allowed}), wanted={"holder_name": wanted}, offered={"holder_name": offered}
    )
    expected = narrowest(wanted, narrowest(allowed, offered))
    assert decision.allowed == ({} if expected is WITHHELD else {"holder_name": expected})
    was_wanted = wanted is not WITHHELD
    assert decision.withheld == (("holder_name",) if was_wanted and expected is WITHHELD else ())
    assert decision.narrowed == (("holder_name",) if expected not in {WITHHELD, wanted} else ())


def test_withholds_and_counts_fields_beyond_the_rule_and_beyond_the_holders_choice() -> None:
    decision = decide(
        rule(fields={"holder_name": FULL, "vehicle_class": FULL}),
        wanted={"holder_name": FULL, "address": FULL, "vehicle_class": MASKED},
        offered={"holder_name": MASKED, "address": FULL},
    )
    assert decision.allowed == {"holder_name": MASKED}
    assert decision.narrowed == ("holder_name",)
    assert decision.withheld == ("address", "vehicle_class")
    assert decision.code == "usage.allowed"


def test_says_when_a_rule_allows_nothing_of_what_is_wanted() -> None:
    assert decide(rule(), wanted={"address": FULL}).code == "usage.nothing_allowed"


def test_shows_no_field_that_was_not_wanted() -> None:
    assert decide(rule(), wanted={}).allowed == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"type_code": "business_licence"},
        {"relying_region": "310000"},
        {"agency_uscc": "113300000024821974"},
        {"matter_code": "other"},
        {"matter_code": "*"},
        {"type_code": "*"},
    ],
)
def test_a_rule_for_another_case_does_not_count(changes: dict[str, Any]) -> None:
    assert decide(rule(**changes)).code == "usage.no_rule"


LEVELS = (
    {"relying_region": "*", "agency_uscc": "*"},
    {"relying_region": "440000", "agency_uscc": "*"},
    {"relying_region": "*", "agency_uscc": AGENCY},
    {"relying_region": "440000", "agency_uscc": AGENCY},
)


@pytest.mark.parametrize(("low", "high"), list(itertools.combinations(LEVELS, 2)))
@pytest.mark.parametrize(("low_grain", "high_grain"), [(FULL, MASKED), (MASKED, FULL)])
def test_the_more_specific_rule_decides_alone(
    low: dict[str, str], high: dict[str, str], low_grain: Grain, high_grain: Grain
) -> None:
    rules = (
        rule(**low, fields={"holder_name": low_grain}, version=8),
        rule(**high, fields={"holder_name": high_grain}, version=3),
    )
    for order in (rules, rules[::-1]):
        decision = decide(*order)
        assert decision.allowed == {"holder_name": high_grain}
        assert decision.rule_version == 3


def test_a_more_specific_rule_can_take_everything_away() -> None:
    decision = decide(rule(fields={"holder_name": FULL}), rule(agency_uscc=AGENCY, fields={}))
    assert decision.allowed == {}
    assert decision.code == "usage.nothing_allowed"


def test_of_equally_specific_rules_the_narrowest_grain_counts() -> None:
    decision = decide(
        rule(fields={"holder_name": FULL, "address": FULL}, version=1),
        rule(fields={"holder_name": MASKED}, version=2),
        wanted={"holder_name": FULL, "address": FULL},
        offered={"holder_name": FULL, "address": FULL},
    )
    assert decision.allowed == {"holder_name": MASKED}
    assert decision.withheld == ("address",)
    assert decision.rule_version == 2
