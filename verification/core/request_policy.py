"""May this agency ask this now? A matter of its own in force, a case in its pattern, a reason that says something."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from verification.core.errors import PolicyError
from verification.core.matters import Matter, PurposeRules, check_case_number, check_matter, check_purpose, plain
from verification.core.verification_request import VerificationRequest

COPIES_COUNTED_FOR: Final = timedelta(days=30)

# What a node without rules of its own asks of a reason.
DEFAULT_PURPOSE_RULES: Final = PurposeRules(
    min_length=6, max_length=200, min_distinct=3, max_copies=3, placeholders=frozenset(), placeholder_patterns=()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyMatter:
    """This will tie a matter to the only agency (USCC) that may look up for it."""

    agency_uscc: str
    matter: Matter


def check_request(
    request: VerificationRequest,
    *,
    matter: AgencyMatter | None,
    agency_uscc: str | None,
    rules: PurposeRules,
    copies: int,
    on: date,
) -> Matter:
    """This will give the matter of a request that may be asked; `copies` counts other cases with the same reason.

    Raises PolicyError `matter.unknown|other_agency|not_in_force`, `case.pattern`, `purpose.*`.
    """
    if matter is not None and (not agency_uscc or matter.agency_uscc != agency_uscc):
        raise PolicyError("matter.other_agency", "the matter is another agency's")
    found = check_matter(None if matter is None else matter.matter, on=on)
    check_case_number(found, request.case_number)
    check_purpose(request.purpose, rules, copies=copies, matter=found, case_number=request.case_number)
    return found


def check_past(as_of: datetime | None, *, matter: Matter, at: datetime, most_days: int, on: date) -> None:
    """This will pass a request about now, and one about a past moment (`on`: its day in China) that the matter allows.

    The matter was in force then, too. Raises PolicyError `request.as_of_future|as_of_too_old`, `matter.past_not_allowed|not_in_force`.
    """
    if as_of is None:
        return
    if not matter.past_days:
        raise PolicyError("matter.past_not_allowed", "the matter does not ask how things stood on a past date")
    if as_of > at:
        raise PolicyError("request.as_of_future", "the moment asked about has not been yet")
    if at - as_of > timedelta(days=min(matter.past_days, most_days)):
        raise PolicyError("request.as_of_too_old", "the moment asked about is longer ago than the matter allows")
    check_matter(matter, on=on)


def purpose_key(*, operator: str, purpose: str) -> str:
    """This will give the text whose keyed index counts copies: of one person at one counter, blanks and case aside."""
    return f"{operator}\n{plain(purpose)}"
