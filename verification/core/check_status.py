"""Check 5: is it still good, and how old is that knowledge? Stale, missing or unclear is never taken for good."""

from datetime import UTC, datetime, timedelta
from typing import Final

from certificates.core.errors import StatusListError
from certificates.core.status_list import Status
from verification.core.evidence import ListedStatus, Missing, OtherCredential, OwnStatus
from verification.core.statement import Statement
from verification.core.verdict import Check, Outcome

OWN_STATUS_MAX_AGE: Final = timedelta(seconds=60)
CLOCK_SKEW: Final = timedelta(seconds=60)  # two nodes' clocks


def check_status(
    statement: Statement, status: OwnStatus | OtherCredential | ListedStatus | Missing, *, at: datetime
) -> Check:
    """This will judge a status by what it says and by its age.

    A list is fresh for its `ttl` counted from its signing, not from its fetching, so that no cache on the way can make it
    younger. Revocation is for ever: even a stale list that shows it decides. A suspension may have been lifted.
    """
    if isinstance(status, Missing):
        return _open(status.code)
    if isinstance(status, OtherCredential):
        return Check(number=5, outcome=Outcome.FAILED, code="status.other_credential")
    if isinstance(status, OwnStatus):
        return _judge(status.status, made_at=status.read_at, good_until=status.read_at + OWN_STATUS_MAX_AGE, at=at)
    if status.region_code != statement.region_code or status.listed.uri != statement.status.uri:
        return _open("status.other_list")
    try:
        value = status.listed.status(statement.status.index)
    except StatusListError as error:
        return _open(error.code)
    made_at = datetime.fromtimestamp(status.listed.iat, tz=UTC)
    expires_at = datetime.fromtimestamp(status.listed.exp, tz=UTC)
    good_until = min(expires_at, made_at + timedelta(seconds=status.listed.ttl))
    return _judge(value, made_at=made_at, good_until=good_until, at=at)


def _judge(status: Status, *, made_at: datetime, good_until: datetime, at: datetime) -> Check:
    age = max(0, (at - made_at) // timedelta(seconds=1))
    if status is Status.INVALID:
        return Check(number=5, outcome=Outcome.FAILED, code="status.revoked", age_seconds=age)
    if made_at > at + CLOCK_SKEW:
        return _open("status.from_future")
    if at > good_until:
        return _open("status.stale", age)
    if status is Status.SUSPENDED:
        return Check(number=5, outcome=Outcome.FAILED, code="status.suspended", age_seconds=age)
    return Check(number=5, outcome=Outcome.PASSED, code="status.valid", age_seconds=age)


def _open(code: str, age: int | None = None) -> Check:
    return Check(number=5, outcome=Outcome.UNDETERMINED, code=code, age_seconds=age)
