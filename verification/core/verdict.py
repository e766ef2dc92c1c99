"""The verdict: a ledger of numbered checks, from which the outcome is computed and never set."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from certificates.core.grains import Grain


class Outcome(StrEnum):
    """This will say how one check came out."""

    PASSED = "passed"
    FAILED = "failed"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"


class VerdictOutcome(StrEnum):
    """This will be the whole answer; there is no fourth."""

    VALID = "valid"
    INVALID = "invalid"
    UNDETERMINED = "undetermined"


CHECK_NAMES: Final = MappingProxyType(
    {
        1: "readable",
        2: "signature",
        3: "issuer_authorised",
        4: "validity_period",
        5: "status",
        6: "presented_by_holder",
        7: "recognised_here",
        8: "document_agrees",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """This will be one line of the ledger; `age_seconds` tells how old the evidence is, where that matters.

    `missing` names the fields and facts that were not shown far enough, each with the grain that is required; `notes` are the
    codes of what must be read with the line, without changing its outcome.
    """

    number: int
    outcome: Outcome
    code: str
    age_seconds: int | None = None
    missing: tuple[tuple[str, Grain], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """This will name the check; the numbers are the ones of the ledger in `verify`."""
        return CHECK_NAMES[self.number]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """This will hold all checks in order and the moment they were made at.

    `as_of` is the past moment that the whole verdict speaks of, None where it speaks of `at`.
    """

    checks: tuple[Check, ...]
    at: datetime
    as_of: datetime | None = None

    @property
    def outcome(self) -> VerdictOutcome:
        """This will be INVALID if a check failed, else UNDETERMINED if one is open or none passed, else VALID."""
        outcomes = {check.outcome for check in self.checks}
        if Outcome.FAILED in outcomes:
            return VerdictOutcome.INVALID
        if Outcome.UNDETERMINED in outcomes or Outcome.PASSED not in outcomes:
            return VerdictOutcome.UNDETERMINED
        return VerdictOutcome.VALID

    @property
    def decisive(self) -> Check | None:
        """This will be the check to tell the counter first: the first failed one, else the first open one."""
        for wanted in (Outcome.FAILED, Outcome.UNDETERMINED):
            for check in self.checks:
                if check.outcome is wanted:
                    return check
        return None
