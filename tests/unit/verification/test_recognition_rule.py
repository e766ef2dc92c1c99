"""A foreign licence counts only under a rule of ours, and only shown as far as the rule demands."""

from typing import Any

import pytest

from certificates.core.grains import Grain
from verification.core.errors import PolicyError
from verification.core.recognition_rule import RecognitionRule, missing_grains, rule_for

FULL, MASKED, FACT, WITHHELD = Grain.FULL, Grain.MASKED, Grain.FACT, Grain.WITHHELD


def rule(**changes: Any) -> RecognitionRule:
    values: dict[str, Any] = {
        "type_code": "driving_licence",
        "issuing_region": "330000",
        "matter_code": "transfer",
        "required": {"holder_name": FULL},
        "presence_required": True,
        "version": 1,
    }
    return RecognitionRule(**(values | changes))


def found(*rules: RecognitionRule) -> RecognitionRule | None:
    return rule_for(rules, type_code="driving_licence", issuing_region="330000", matter="transfer")


def test_finds_no_rule_where_there_is_none() -> None:
    assert found() is None


@pytest.mark.parametrize(
    "changes",
    [{"type_code": "business_licence"}, {"issuing_region": "310000"}, {"matter_code": "other"}, {"matter_code": "*"}],
)
def test_a_rule_for_another_case_does_not_count(changes: dict[str, Any]) -> None:
    assert found(rule(**changes)) is None


def test_the_rule_for_a_region_beats_the_one_for_all() -> None:
    exact, anywhere = rule(), rule(issuing_region="*", presence_required=False)
    assert found(anywhere) == anywhere
    assert found(exact, anywhere) == exact
    assert found(anywhere, exact) == exact


@pytest.mark.parametrize("region", ["330000", "*"])
def test_refuses_two_rules_for_one_case(region: str) -> None:
    with pytest.raises(PolicyError) as caught:
        found(rule(issuing_region=region), rule(issuing_region=region, version=2))
    assert caught.value.code == "recognition.ambiguous"


@pytest.mark.parametrize(
    ("required", "shown", "met"),
    [
        (FULL, FULL, True),
        (FULL, MASKED, False),
        (FULL, FACT, False),
        (MASKED, FULL, True),
        (MASKED, MASKED, True),
        (MASKED, FACT, False),
        (FACT, FULL, True),
        (FACT, MASKED, False),
        (FACT, FACT, True),
        (WITHHELD, FACT, True),
    ],
)
def test_a_demand_is_met_by_its_own_grain_or_the_full_value(required: Grain, shown: Grain, met: bool) -> None:
    missing = missing_grains({"birth_date": required}, shown={"birth_date": shown}, facts_of={})
    assert missing == (() if met else ("birth_date",))


def test_names_all_fields_that_are_not_shown() -> None:
    required = {"holder_name": FULL, "birth_date": FACT, "address": WITHHELD}
    assert missing_grains(required, shown={}, facts_of={}) == ("birth_date", "holder_name")


def test_a_fact_derived_from_the_field_meets_a_demand_for_a_fact() -> None:
    facts_of = {"birth_date": frozenset({"age_over_18"})}
    assert missing_grains({"birth_date": FACT}, shown={"age_over_18": FACT}, facts_of=facts_of) == ()
    assert missing_grains({"age_over_18": FACT}, shown={"age_over_18": FACT}, facts_of={}) == ()
    assert missing_grains({"birth_date": FACT}, shown={"age_over_18": FACT}, facts_of={}) == ("birth_date",)
    assert missing_grains({"birth_date": MASKED}, shown={"age_over_18": FACT}, facts_of=facts_of) == ("birth_date",)
