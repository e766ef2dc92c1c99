"""What waits to be given its index in the log."""

from datetime import datetime

from verification.models import PendingEntry


def oldest_pending_at() -> datetime | None:
    """This will give the time of the entry that has waited longest, None where none waits."""
    return PendingEntry.objects.order_by("entry_id").values_list("entry__at", flat=True).first()
