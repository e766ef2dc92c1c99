"""Clearing a stopped issue key, once people have found out why it signed other bytes."""

import logging

from certificates.core.errors import IssueError
from certificates.models import IssuerKey

_log = logging.getLogger(__name__)


def resume_issuer_key(*, kid: str) -> None:
    """This will commit that a stopped key may sign again; what waits for it is finished by the next sweep.

    Raises IssueError `issue.no_key` (no key of that id is stopped).
    """
    stopped = IssuerKey.objects.filter(kid=kid, stopped_at__isnull=False)
    if not stopped.update(stopped_at=None, stop_code=""):
        raise IssueError("issue.no_key", "no stopped key has this id")
    _log.warning("a stopped issue key was cleared")
