"""What waits to be given its index in the log, and whether the log is fit to take more."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Subquery

from accounts.queries.compiled_read import CompiledRead
from certificates.models import CertificateEvent
from certificates.queries.pending_events import pending_events
from verification.core.errors import LogError
from verification.models import Checkpoint, PendingEntry
from verification.queries.log_mark import log_mark, require_whole_log

_ENTRIES = PendingEntry.objects.order_by("entry_id").values("entry__at")[:1]
_EVENTS = CertificateEvent.objects.filter(log_index__isnull=True).order_by("id").values("at")[:1]
_STATE = CompiledRead(
    lambda _: (
        Checkpoint.objects.order_by("-size")
        .annotate(entry_at=Subquery(_ENTRIES), event_at=Subquery(_EVENTS))
        .values_list("size", "entry_at", "event_at")[:1]
    )
)
_BEFORE_A_HEAD = (
    CompiledRead(lambda _: _ENTRIES.values_list("entry__at")),
    CompiledRead(lambda _: _EVENTS.values_list("at")),
)


def oldest_pending_at() -> datetime | None:
    """This will give the time of the entry or certificate's event that has waited longest, None where none waits."""
    return _state()[1]


def anything_waits() -> bool:
    """This will tell whether an entry or an event waits; it takes no lock, where a batch on SQLite keeps all other writers out."""
    return PendingEntry.objects.exists() or bool(pending_events(limit=1))


def require_log_alive(*, at: datetime) -> None:
    """This will return where the log is published in time and no smaller than what was signed or witnessed of it.

    Raises LogError `log.stalled`, `log.storage_older`, `log.witness.ahead`, `log.mark`.
    """
    mark = log_mark()  # before the size: the publisher may raise both meanwhile
    size, oldest = _state()
    require_whole_log(mark, size=size)
    if oldest is not None and at - oldest > timedelta(seconds=settings.NODE.log_stall_seconds):
        raise LogError("log.stalled", "The log has not been published for too long: no look-up is answered.")


def _state() -> tuple[int, datetime | None]:
    """This will give the size of the last head, and since when the oldest entry or event waits: one statement once there is a head."""
    row = _STATE.first()
    size, *times = row if row is not None else (0, *(found for read in _BEFORE_A_HEAD for found in read.first() or ()))
    return size, min((time for time in times if time is not None), default=None)
