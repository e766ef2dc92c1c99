"""What waits for its index, read back and hashed anew: the entries of look-ups first, then certificates' events."""

from collections.abc import Sequence
from dataclasses import dataclass

from certificates.queries.pending_events import PendingEvent, pending_events, pending_events_named
from verification.core.errors import LogError
from verification.core.log_mark import WaitingItem
from verification.core.merkle import leaf_hash
from verification.core.tiles import require_entry_size
from verification.models import LogEntry, PendingEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """This will hold an entry to be logged; `event_id` where it records a certificate's event."""

    entry_id: int
    leaf_hash: bytes
    event_id: int | None = None

    @property
    def item(self) -> WaitingItem:
        """This will name it so that it is found again after a batch that did not commit: an event's entry is gone then."""
        return WaitingItem(event_id=self.event_id) if self.event_id is not None else WaitingItem(entry_id=self.entry_id)


def waiting_entries(*, limit: int) -> list[Waiting]:
    """This will give up to `limit` entries to be logged, writing those of certificates' events in the caller's transaction.

    Raises LogError `log.entry.altered|size`.
    """
    rows = PendingEntry.objects.order_by("entry_id")[:limit].values_list("entry_id", "entry__leaf_hash", "entry__leaf")
    found = [Waiting(entry_id=pk, leaf_hash=_rehashed(bytes(stored), bytes(leaf))) for pk, stored, leaf in rows]
    if len(found) < limit:
        found += _enter_events(pending_events(limit=limit - len(found)))
    return found


def intended_entries(items: Sequence[WaitingItem]) -> list[Waiting]:
    """This will give the very entries of a batch that was about to commit, in its order.

    Raises LogError `log.storage_older` where one does not wait any more, else as `waiting_entries` does.
    """
    rows = PendingEntry.objects.filter(pk__in=[item.entry_id for item in items if item.entry_id is not None])
    columns = rows.values_list("entry_id", "entry__leaf_hash", "entry__leaf")
    entries = {
        pk: Waiting(entry_id=pk, leaf_hash=_rehashed(bytes(stored), bytes(leaf))) for pk, stored, leaf in columns
    }
    named = pending_events_named(event_ids=[item.event_id for item in items if item.event_id is not None])
    events = {waiting.event_id: waiting for waiting in _enter_events(named)}
    found = [events.get(item.event_id) if item.entry_id is None else entries.get(item.entry_id) for item in items]
    there = [waiting for waiting in found if waiting is not None]
    if len(there) != len(items):
        raise LogError("log.storage_older", "What this node was about to log does not wait in the database.")
    return there


def _enter_events(waiting: Sequence[PendingEvent]) -> list[Waiting]:
    """This will write the entries of certificates' events, whose bytes the certificates app fixed when they happened."""
    events = {leaf_hash(event.leaf): event for event in waiting}
    # A second event of the very same bytes cannot be a second leaf; it stays in the queue for the audit to name, and jams no batch.
    for known in LogEntry.objects.filter(leaf_hash__in=list(events)).values_list("leaf_hash", flat=True):
        del events[bytes(known)]
    for event in events.values():
        require_entry_size(event.leaf)
    rows = LogEntry.objects.bulk_create(
        LogEntry(leaf=event.leaf, leaf_hash=digest, event_id=event.event_id, at=event.at)
        for digest, event in events.items()
    )
    return [Waiting(entry_id=row.pk, leaf_hash=bytes(row.leaf_hash), event_id=row.event_id) for row in rows]


def _rehashed(stored: bytes, leaf: bytes) -> bytes:
    # Read back and hashed anew: a head is never signed over bytes that changed while they waited.
    if leaf_hash(leaf) != stored:
        raise LogError("log.entry.altered", "A waiting entry does not have the hash that it was stored with.")
    return stored
