"""What keeps this node from answering look-ups right now."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError

from verification.core.errors import TrustListError
from verification.queries.current_trust_list import current_trust_list
from verification.queries.log_backlog import oldest_pending_at
from verification.triggers import missing_triggers


def readiness(*, at: datetime) -> tuple[str, ...]:
    """This will list the codes of all faults, empty when the node is ready."""
    try:
        return (*_trust(at), *_log(at))
    except DatabaseError:
        return ("database.unavailable",)


def _trust(at: datetime) -> tuple[str, ...]:
    try:
        current_trust_list(at=at)
    except TrustListError as refused:
        return (refused.code,)
    return ()


def _log(at: datetime) -> tuple[str, ...]:
    oldest = oldest_pending_at()
    stalled = oldest is not None and at - oldest > timedelta(seconds=settings.NODE.log_stall_seconds)
    return (*(("log.stalled",) if stalled else ()), *(("log.triggers_missing",) if missing_triggers() else ()))
