"""An event has its index in the log: what waited for that may leave."""

from datetime import datetime

from django.db import connection
from django.db.transaction import TransactionManagementError

from certificates.models import Certificate, CertificateEvent


def mark_event_logged(*, event_id: int, log_index: int, at: datetime) -> None:
    """This will record the index, and release the certificate if the event is its issue, in the publisher's transaction.

    An event keeps its first index.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("an event gets its index inside the publisher's transaction")
    events = CertificateEvent.objects.filter(pk=event_id, log_index__isnull=True)
    if events.update(log_index=log_index):
        issued = CertificateEvent.objects.filter(pk=event_id, kind=CertificateEvent.Kind.ISSUED)
        Certificate.objects.filter(events__in=issued, released_at__isnull=True).update(released_at=at)
