"""The outbox of certificates' events, which the log's publisher empties."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from certificates.models import CertificateEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingEvent:
    """This will hold one event without an index in the log; `leaf` is the bytes that go into it."""

    event_id: int
    kind: str
    leaf: bytes
    at: datetime


def pending_events(*, limit: int) -> tuple[PendingEvent, ...]:
    """This will list the oldest events that have no index yet."""
    return _read(CertificateEvent.objects.filter(log_index__isnull=True).order_by("id")[:limit])


def pending_events_named(*, event_ids: Sequence[int]) -> tuple[PendingEvent, ...]:
    """This will list those of the events that have no index yet."""
    return _read(CertificateEvent.objects.filter(log_index__isnull=True, pk__in=event_ids).order_by("id"))


def _read(rows: Iterable[CertificateEvent]) -> tuple[PendingEvent, ...]:
    return tuple(PendingEvent(event_id=row.pk, kind=row.kind, leaf=bytes(row.leaf), at=row.at) for row in rows)
