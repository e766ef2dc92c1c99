"""Removing stored files that no document names: what a kill left between the file and its row."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from certificates.adapters.document_store import drop_file, stored_at, stored_files
from certificates.core.errors import DocumentError, DocumentWaitsError
from certificates.models import Document

GRACE = timedelta(hours=1)  # a file is written before its row says so, and a slow store takes minutes
_BATCH = 500  # names asked about at once


def sweep_files(*, at: datetime) -> int:
    """This will remove files that no row has named for an hour, and count them; it does nothing while the store is out of reach."""
    try:
        names = iter(stored_files())
    except DocumentWaitsError:
        return 0
    removed = 0
    while batch := tuple(islice(names, _BATCH)):
        for name in _nameless(batch):
            if _is_old(name, at):
                drop_file(name)
                removed += 1
    return removed


def _nameless(names: tuple[str, ...]) -> Iterator[str]:
    named = set(Document.objects.filter(stored_name__in=names).values_list("stored_name", flat=True))
    return (name for name in names if name not in named)


def _is_old(name: str, at: datetime) -> bool:
    try:
        return stored_at(name) <= at - GRACE
    except DocumentError:
        return False  # it is gone by now, or the store is
