"""Counting calls that are no look-ups: unauthenticated, unparsable, badly signed. No entry per call, so nobody can fill the log."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction

from verification.adapters.journal_buffer import add_and_take
from verification.models import JournalHour

OTHER: Final = "other"
MOST_CODES: Final = 100  # a journal hour stays a small row whatever is thrown at it
_CODE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*", re.ASCII)
_MAX_CODE: Final = 60  # the longest code has 40 characters


def journal_refusal(*, code: str, at: datetime) -> None:
    """This will add one call to its hour's count under a reason code; commits at once, or with a later call when there are too many.

    A late call of an hour whose entry is already made counts in the next one.
    """
    known = code if len(code) <= _MAX_CODE and _CODE.fullmatch(code) else OTHER
    counts = add_and_take(known, at=at)
    if counts is not None:
        _write(counts, at.astimezone(UTC).replace(minute=0, second=0, microsecond=0))


def _write(counts: Counter[str], hour: datetime) -> None:
    with transaction.atomic():
        JournalHour.objects.get_or_create(hour=hour, defaults={"counts": {}})
        row = JournalHour.objects.select_for_update().get(hour=hour)
        if row.entry_id is not None:  # a clock that lags: what is logged stays as it was logged
            return _write(counts, hour + timedelta(hours=1))
        total = Counter(row.counts)
        for code, count in counts.items():
            total[code if code in total or len(total) < MOST_CODES else OTHER] += count
        row.counts = dict(total)
        row.save(update_fields=["counts"])
        return None
