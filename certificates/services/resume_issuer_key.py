"""Clearing a stopped issue key, once people have found out why it signed other bytes."""

import logging

from certificates.core.errors import IssueError
from certificates.models import IssuerKey

_log = logging.getLogger(__name__)


def resume_issuer_key(*, agency_uscc: str) -> int:
    """This will commit that an agency's stopped keys may sign again, and count them; what waits is finished by the next sweep.

    Raises IssueError `issue.no_key` (the agency has no stopped key).
    """
    stopped = IssuerKey.objects.filter(agency__uscc=agency_uscc, stopped_at__isnull=False)
    cleared = stopped.update(stopped_at=None, stop_code="")
    if not cleared:
        raise IssueError("issue.no_key", "the agency has no stopped key")
    _log.warning("stopped issue keys were cleared: %d", cleared)
    return cleared
