"""What keeps this node from answering look-ups right now."""

from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError

from certificates.models import IssuerKey
from certificates.queries.revocation_lists import a_revocation_list_ends
from verification.core.errors import LogError, TrustListError
from verification.queries.current_trust_list import current_trust_list
from verification.queries.log_backlog import require_log_alive
from verification.queries.marks import PUBLISHER, read_mark
from verification.triggers import missing_triggers

PUBLISHER_SILENT: Final = timedelta(seconds=60)  # it ends many rounds a minute, waiting entries or none


def readiness(*, at: datetime) -> tuple[str, ...]:
    """This will list the codes of all faults, empty when the node is ready."""
    try:
        return (*_trust(at), *_log(at))
    except DatabaseError:
        return ("database.unavailable",)


def warnings(*, at: datetime) -> tuple[str, ...]:
    """This will list the codes of what people must look at although look-ups are answered.

    An issue key that was stopped, and a list of revoked X.509 certificates that ends within a week.
    """
    try:
        stopped = IssuerKey.objects.filter(stopped_at__isnull=False).exists()
        ends = a_revocation_list_ends(at=at)
    except DatabaseError:
        return ()  # `readiness` says so
    return (*(("issue.key_stopped",) if stopped else ()), *(("node.crl_ends",) if ends else ()))


def _trust(at: datetime) -> tuple[str, ...]:
    try:
        current_trust_list(at=at)
    except TrustListError as refused:
        return (refused.code,)
    return ()


def _log(at: datetime) -> tuple[str, ...]:
    return (*_log_fault(at), *(("log.triggers_missing",) if missing_triggers() else ()))


def _log_fault(at: datetime) -> tuple[str, ...]:
    try:
        require_log_alive(at=at)
    except LogError as refused:
        return (refused.code,)
    return ("log.publisher_silent",) if _publisher_is_silent(at) else ()


def _publisher_is_silent(at: datetime) -> bool:
    """A publisher that never ran here shows by what waits."""
    told = read_mark(PUBLISHER)
    try:
        return told is not None and at - datetime.fromisoformat(told.decode("ascii").strip()) > PUBLISHER_SILENT
    except (ValueError, TypeError):
        return True
