"""Do records and log agree: every look-up, event and journal hour has its entry, and every entry is of one of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from certificates.models import CertificateEvent
from verification.core.audit_report import MOST_FINDINGS, Finding
from verification.core.errors import LogError
from verification.core.journal_entry import journal_leaf
from verification.core.lookup_entry import hour_of
from verification.models import Checkpoint, JournalHour, LogEntry, LogLeaf, Lookup
from verification.queries.log_backlog import oldest_pending_at


def record_findings(*, at: datetime, stalled_after_seconds: int) -> list[Finding]:
    """This will name, entry by entry where it can, what has a record and no entry, an entry and no record, or waits too long."""
    return [*_entries(), *_leaves(), *_lookups(), *_events(), *_journal(), *_stalled(at, stalled_after_seconds)]


def _entries() -> Iterator[Finding]:
    has_lookup = Exists(Lookup.objects.filter(pk=OuterRef("lookup_id")))
    has_event = Exists(CertificateEvent.objects.filter(pk=OuterRef("event_id"), leaf=OuterRef("leaf")))
    has_hour = Exists(JournalHour.objects.filter(entry_id=OuterRef("pk")))
    unrecorded = LogEntry.objects.exclude(has_lookup).exclude(has_event).exclude(has_hour)
    for index in _indices(unrecorded):
        text = "An entry records no look-up, event or journal hour that is there, or another event than it says."
        yield Finding(code="entry.unrecorded", text=text, index=index)
    unqueued = LogEntry.objects.filter(log_leaf__isnull=True, pending__isnull=True)
    if unqueued.exists():
        yield Finding(code="entry.unqueued", text="An entry has no index and does not wait for one either.")
    misplaced = LogEntry.objects.filter(log_leaf__isnull=False).exclude(
        Q(event_id__isnull=True)
        | Exists(CertificateEvent.objects.filter(pk=OuterRef("event_id"), log_index=OuterRef("log_leaf__index")))
    )
    for index in _indices(misplaced):
        yield Finding(
            code="event.misplaced", text="An event's record names another index than its leaf has.", index=index
        )


def _leaves() -> Iterator[Finding]:
    # One statement, so that a batch published meanwhile is seen whole or not at all.
    beyond = LogLeaf.objects.exclude(Exists(Checkpoint.objects.filter(size__gt=OuterRef("index"))))
    first = beyond.order_by("index").values_list("index", flat=True).first()
    if first is not None:
        yield Finding(code="entry.beyond_head", text="A leaf stands behind the last signed head.", index=first)


def _lookups() -> Iterator[Finding]:
    unlogged = Lookup.objects.filter(entry__isnull=True).order_by("at")
    for _ in unlogged[:MOST_FINDINGS]:
        yield Finding(code="lookup.unlogged", text="A look-up has no entry.")


def _events() -> Iterator[Finding]:
    has_entry = Exists(LogEntry.objects.filter(event_id=OuterRef("pk")))
    for _ in CertificateEvent.objects.filter(log_index__isnull=False).exclude(has_entry)[:MOST_FINDINGS]:
        yield Finding(code="event.unlogged", text="An event has an index and no entry.")


def _journal() -> Iterator[Finding]:
    for row in JournalHour.objects.filter(entry__isnull=False).select_related("entry", "entry__log_leaf").iterator():
        try:
            told = journal_leaf(hour=hour_of(row.hour), counts=row.counts)
        except LogError:
            told = b""
        if row.entry is not None and told != bytes(row.entry.leaf):
            leaf = getattr(row.entry, "log_leaf", None)
            text = "The counts of a journal hour are not those of its entry."
            yield Finding(code="journal.altered", text=text, index=leaf.index if leaf else None)


def _stalled(at: datetime, seconds: int) -> Iterator[Finding]:
    oldest = oldest_pending_at()
    limit = at - timedelta(seconds=seconds)
    if oldest is not None and oldest < limit:
        text = "An entry or event has waited for its index longer than this node allows."
        yield Finding(code="log.stalled", text=text)


def _indices(entries: "QuerySet[LogEntry]") -> "QuerySet[LogEntry, int | None]":
    return entries.order_by("log_leaf__index").values_list("log_leaf__index", flat=True)[:MOST_FINDINGS]
