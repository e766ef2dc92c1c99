"""Facts are items of their own: no mask grants one, and nobody gets one that was not granted."""

import pytest

from certificates.core.grains import Grain
from verification.core.field_items import cut_items, granted_items, wanted_items
from verification.core.usage_list import UsageDecision, UsageRule

FACTS = {"holder_code": frozenset({"age_over_18", "age_over_60"})}
FULL, MASKED, FACT, WITHHELD = Grain.FULL, Grain.MASKED, Grain.FACT, Grain.WITHHELD


def decide(rule: dict[str, Grain], wanted: dict[str, Grain], offered: dict[str, Grain]) -> UsageDecision:
    rules = [UsageRule(type_code="t", relying_region="*", agency_uscc="*", matter_code="m", fields=rule, version=1)]
    return cut_items(
        rules, facts_of=FACTS, type_code="t", region="r", agency="a", matter="m", wanted=wanted, offered=offered
    )


def test_a_field_asked_for_as_a_fact_asks_for_each_of_its_facts() -> None:
    assert wanted_items({"holder_code": FACT}, facts_of=FACTS) == {"age_over_18": FACT, "age_over_60": FACT}
    assert wanted_items({"holder_code": MASKED, "name": FULL}, facts_of=FACTS) == {"holder_code": MASKED, "name": FULL}


def test_a_whole_value_grants_its_facts_and_a_mask_does_not() -> None:
    assert granted_items({"holder_code": FULL}, facts_of=FACTS).keys() == {"holder_code", "age_over_18", "age_over_60"}
    assert granted_items({"holder_code": MASKED}, facts_of=FACTS) == {"holder_code": MASKED}
    assert granted_items({"holder_code": FACT}, facts_of=FACTS) == {"age_over_18": FACT, "age_over_60": FACT}


@pytest.mark.parametrize(
    ("rule", "offered", "shown"),
    [
        ({"holder_code": MASKED}, {"holder_code": FULL}, False),
        ({"holder_code": FULL}, {"holder_code": MASKED}, False),
        ({"age_over_18": FACT}, {"holder_code": FULL}, True),
        ({"holder_code": FACT}, {"age_over_18": FACT}, True),
        ({"age_over_60": FACT}, {"age_over_18": FACT}, False),
        ({}, {"holder_code": FULL}, False),
    ],
)
def test_a_fact_is_shown_only_where_rule_and_holder_both_grant_it(
    rule: dict[str, Grain], offered: dict[str, Grain], shown: bool
) -> None:
    decision = decide(rule, {"age_over_18": FACT}, offered)
    assert dict(decision.allowed) == ({"age_over_18": FACT} if shown else {})
    assert decision.withheld == (() if shown else ("age_over_18",))


def test_a_mask_wanted_never_turns_into_a_fact() -> None:
    decision = decide({"holder_code": FULL}, {"holder_code": MASKED}, {"holder_code": FACT})
    assert dict(decision.allowed) == {}
    assert decision.withheld == ("holder_code",)


def test_masked_and_fact_can_be_shown_together() -> None:
    grants = {"holder_code": MASKED, "age_over_18": FACT}
    assert dict(decide(grants, grants, grants).allowed) == grants


def test_what_is_asked_for_as_withheld_is_not_asked_for() -> None:
    decision = decide({"name": FULL}, {"name": WITHHELD}, {"name": FULL})
    assert (dict(decision.allowed), decision.withheld) == ({}, ())
