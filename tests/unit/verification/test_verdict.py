"""The outcome is computed from the checks: any failed is INVALID, else any open is UNDETERMINED, else VALID."""

import itertools
from datetime import UTC, datetime

import pytest

from verification.core.verdict import CHECK_NAMES, Check, Outcome, Verdict, VerdictOutcome

AT = datetime(2026, 6, 1, tzinfo=UTC)


def verdict(*outcomes: Outcome) -> Verdict:
    checks = tuple(Check(number=number, outcome=outcome, code="x.y") for number, outcome in enumerate(outcomes, 1))
    return Verdict(checks=checks, at=AT)


@pytest.mark.parametrize("outcomes", list(itertools.product(Outcome, repeat=3)))
def test_every_combination_of_three_checks(outcomes: tuple[Outcome, ...]) -> None:
    if Outcome.FAILED in outcomes:
        expected = VerdictOutcome.INVALID
    elif Outcome.UNDETERMINED in outcomes or all(outcome is Outcome.NOT_APPLICABLE for outcome in outcomes):
        expected = VerdictOutcome.UNDETERMINED
    else:
        expected = VerdictOutcome.VALID
    assert verdict(*outcomes).outcome is expected


def test_no_checks_at_all_is_undetermined() -> None:
    assert verdict().outcome is VerdictOutcome.UNDETERMINED


def test_the_outcome_cannot_be_set() -> None:
    with pytest.raises((AttributeError, TypeError)):
        verdict(Outcome.FAILED).outcome = VerdictOutcome.VALID  # type: ignore[misc]


def test_the_first_failed_check_is_told_first_and_then_the_first_open_one() -> None:
    both = verdict(Outcome.PASSED, Outcome.UNDETERMINED, Outcome.FAILED, Outcome.FAILED)
    assert both.decisive is both.checks[2]
    still_open = verdict(Outcome.PASSED, Outcome.UNDETERMINED, Outcome.UNDETERMINED)
    assert still_open.decisive is still_open.checks[1]
    assert verdict(Outcome.PASSED, Outcome.NOT_APPLICABLE).decisive is None


def test_each_check_has_its_number_and_name() -> None:
    assert list(CHECK_NAMES) == list(range(1, 9))
    assert [Check(number=number, outcome=Outcome.PASSED, code="x").name for number in CHECK_NAMES] == list(
        CHECK_NAMES.values()
    )
