"""Check 7: the usage list decides at home, a recognition rule abroad."""

from dataclasses import replace

import pytest

from certificates.core.grains import Grain
from tests.unit.verification.ledger import FAILED, OPEN, PASSED, expect, line
from tests.unit.verification.province import NOW
from tests.unit.verification.scene import (
    RULE,
    foreign_code,
    home_code,
    issue,
    shown,
    usage,
)
from verification.core.answer_view import verdict_json
from verification.core.evidence import (
    Evidence,
    InputKind,
)
from verification.core.verdict import Outcome, Verdict


@pytest.mark.parametrize(
    ("evidence", "outcome", "code"),
    [
        (foreign_code(), PASSED, "recognition.by_rule"),
        (foreign_code(recognition_rules=(replace(RULE, issuing_region="*"),)), PASSED, "recognition.by_rule"),
        (foreign_code(recognition_rules=()), FAILED, "recognition.no_rule"),
        (foreign_code(recognition_rules=(replace(RULE, issuing_region="310000"),)), FAILED, "recognition.no_rule"),
        (foreign_code(recognition_rules=(replace(RULE, matter_code="x"),)), FAILED, "recognition.no_rule"),
        (foreign_code(recognition_rules=(replace(RULE, type_code="x"),)), FAILED, "recognition.no_rule"),
        (
            foreign_code(recognition_rules=(replace(RULE, required={"address": Grain.MASKED}),)),
            OPEN,
            "recognition.grain_missing",
        ),
        (foreign_code(shown(issue(), holder_name=Grain.MASKED)), OPEN, "recognition.grain_missing"),
        (foreign_code(recognition_rules=(RULE, RULE)), OPEN, "recognition.ambiguous"),
        (foreign_code(matter=None), OPEN, "recognition.no_matter"),
        (home_code(matter=None), OPEN, "recognition.no_matter"),
        (home_code(), PASSED, "recognition.home"),
        (home_code(usage=None), OPEN, "usage.no_rule"),
        (home_code(usage=usage(address=Grain.FULL)), OPEN, "usage.nothing_allowed"),
        # Our own usage list says nothing about what another region issued.
        (foreign_code(recognition_rules=(), usage=usage(holder_name=Grain.FULL)), FAILED, "recognition.no_rule"),
    ],
)
def test_7_goes_by_usage_list_at_home_and_by_rule_abroad(evidence: Evidence, outcome: Outcome, code: str) -> None:
    expect(evidence, 7, outcome, code)


def test_7_names_what_is_missing_with_the_grain_that_is_required() -> None:
    rule = replace(RULE, required={"address": Grain.MASKED})
    evidence = foreign_code(recognition_rules=(rule,))

    check = line(evidence, 7)

    assert check.missing == (("address", Grain.MASKED),)
    told = verdict_json(Verdict(checks=(check,), at=NOW))["checks"][0]
    assert told["missing"] == [{"name": "address", "grain": "masked"}]
    assert line(foreign_code(), 7).missing == ()


def test_7_an_ambiguous_rule_also_leaves_presence_required() -> None:
    evidence = foreign_code(kind=InputKind.SD_JWT, presence=None, recognition_rules=(RULE, RULE))
    expect(evidence, 6, OPEN, "presenter.not_checked")


def test_7_a_fact_of_a_field_meets_a_demand_for_the_fact() -> None:
    rule = replace(RULE, required={"birth_date": Grain.FACT})
    text = shown(issue(), age_over_18=Grain.FACT)
    facts_of = {"birth_date": frozenset({"age_over_18"})}
    evidence = foreign_code(text, recognition_rules=(rule,), facts_of=facts_of)
    expect(evidence, 7, PASSED, "recognition.by_rule")


def test_7_a_rule_for_all_regions_demands_the_holder_of_a_licence_of_our_own_region_too() -> None:
    evidence = home_code(kind=InputKind.SD_JWT, presence=None, recognition_rules=(replace(RULE, issuing_region="*"),))
    expect(evidence, 6, OPEN, "presenter.not_checked")
    expect(evidence, 7, PASSED, "recognition.home")
