"""Check 4: is it in time? Both the signed statement's own period and, where shown, the licence's."""

from datetime import date, datetime, timedelta, timezone
from typing import Final

from certificates.core.grains import Grain
from certificates.core.sd_jwt_format import Shown
from verification.core.evidence import ValidityFields
from verification.core.statement import Statement
from verification.core.verdict import Check, Outcome

CLOCK_SKEW: Final = timedelta(seconds=60)  # two nodes' clocks
# Dates on licences are days in China, one zone without daylight saving since 1991; no zone database is needed.
CHINA: Final = timezone(timedelta(hours=8))


def check_validity(statement: Statement, *, fields: ValidityFields, at: datetime) -> Check:
    """This will compare all periods with `at`; a licence is good until the end of its last day in China, and never before its issue."""
    if at + CLOCK_SKEW < max(statement.valid_from, statement.issued_at):
        return _failed("validity.not_yet")
    if at >= statement.expires_at:
        return _failed("validity.credential_expired")
    today = at.astimezone(CHINA).date()
    try:
        first, last = (_day(statement.shown.get(name)) for name in (fields.first_day, fields.last_day))
    except ValueError:
        return Check(number=4, outcome=Outcome.UNDETERMINED, code="validity.unreadable")
    if first is not None and today < first:
        return _failed("validity.not_yet")
    if last is not None and today > last:
        return _failed("validity.expired")
    return Check(number=4, outcome=Outcome.PASSED, code="validity.in_force")


def _day(shown: Shown | None) -> date | None:
    if shown is None or shown.grain is not Grain.FULL:
        return None
    return date.fromisoformat(str(shown.value))  # the text of anything but one ISO date is refused with ValueError


def _failed(code: str) -> Check:
    return Check(number=4, outcome=Outcome.FAILED, code=code)
