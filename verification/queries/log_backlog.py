"""What waits to be given its index in the log."""

from datetime import datetime

from accounts.queries.compiled_read import CompiledRead
from certificates.queries.pending_events import pending_events
from verification.models import PendingEntry

_OLDEST = CompiledRead(lambda _: PendingEntry.objects.order_by("entry_id").values_list("entry__at")[:1])


def oldest_pending_at() -> datetime | None:
    """This will give the time of the entry that has waited longest, None where none waits."""
    row = _OLDEST.first()
    return None if row is None else row[0]


def anything_waits() -> bool:
    """This will tell whether an entry or an event waits; it takes no lock, where a batch on SQLite keeps all other writers out."""
    return PendingEntry.objects.exists() or bool(pending_events(limit=1))
