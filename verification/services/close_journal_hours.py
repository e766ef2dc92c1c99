"""One entry per hour of the journal."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction

from verification.core.journal_entry import journal_leaf
from verification.core.lookup_entry import hour_of
from verification.core.merkle import leaf_hash
from verification.models import JournalHour, LogEntry, PendingEntry

GRACE: Final = timedelta(seconds=60)  # a process may still hold counts of the hour for a moment


def close_journal_hours(*, at: datetime) -> int:
    """This will write the entry of every hour that is over and has none, and say how many; commits hour by hour."""
    over_before = (at.astimezone(UTC) - GRACE).replace(minute=0, second=0, microsecond=0)
    waiting = JournalHour.objects.filter(entry__isnull=True, hour__lt=over_before).order_by("hour")
    return sum(_close(pk, at) for pk in waiting.values_list("pk", flat=True))


def _close(pk: int, at: datetime) -> bool:
    with transaction.atomic():
        row = JournalHour.objects.select_for_update().get(pk=pk)
        if row.entry_id is not None:
            return False
        leaf = journal_leaf(hour=hour_of(row.hour), counts=row.counts)
        row.entry = LogEntry.objects.create(leaf=leaf, leaf_hash=leaf_hash(leaf), at=at)
        row.save(update_fields=["entry"])
        PendingEntry.objects.create(entry=row.entry)
        return True
