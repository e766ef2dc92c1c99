"""Stopping an issue key that signed other bytes than it was given."""

import logging
from datetime import datetime

from certificates.models import IssuerKey

_log = logging.getLogger(__name__)


def stop_issuer_key(*, kid: str, code: str, at: datetime) -> None:
    """This will commit that a key signs nothing more until an administrator clears it; `code` says why.

    The first stop's time and reason stay. /readyz and the audit page show it.
    """
    keys = IssuerKey.objects.filter(kid=kid, stopped_at__isnull=True)
    if keys.update(stopped_at=at, stop_code=code[:60]):
        _log.error("an issue key was stopped: %s", code)
