"""What waits to be given its index in the log."""

from datetime import datetime

from certificates.queries.pending_events import pending_events
from verification.models import PendingEntry


def oldest_pending_at() -> datetime | None:
    """This will give the time of the entry that has waited longest, None where none waits."""
    return PendingEntry.objects.order_by("entry_id").values_list("entry__at", flat=True).first()


def anything_waits() -> bool:
    """This will tell whether an entry or an event waits; it takes no lock, where a batch on SQLite keeps all other writers out."""
    return PendingEntry.objects.exists() or bool(pending_events(limit=1))
