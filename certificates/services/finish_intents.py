"""Finishing what crashes left open."""

import logging
from datetime import datetime, timedelta

from certificates.core.errors import CertificatesError
from certificates.models import IssueIntent
from certificates.services.complete_intent import complete_intent

_log = logging.getLogger(__name__)


def finish_intents(*, at: datetime, older_than_seconds: int = 30, limit: int = 200) -> int:
    """This will complete, or fail by name, every open intent of at least this age, and count them.

    Each is committed on its own; younger ones may still be in the hands of the request that made them.
    """
    due = IssueIntent.objects.filter(
        stage__in=(IssueIntent.Stage.RESERVED, IssueIntent.Stage.PREPARED),
        created_at__lte=at - timedelta(seconds=older_than_seconds),
    )
    certificate_ids = tuple(due.order_by("created_at").values_list("certificate_id", flat=True)[:limit])
    for certificate_id in certificate_ids:
        try:
            complete_intent(certificate_id=certificate_id, at=at)
        except CertificatesError as error:
            _log.warning("intent of certificate %s failed: %s", certificate_id, error.code)
    return len(certificate_ids)
