"""Counting calls in the database, which all processes of a node share, with one write for many calls.

A process takes a share of a minute's calls for a bucket in one statement and hands it out call by call. No more than the limit is
ever handed out by all processes together; what a process took and did not need is lost with the minute, so that with several
processes a caller may be refused a few calls early, never late.
"""

import threading
from typing import Final

from django.db import connection

from accounts.adapters.write_turn import write_turn

SHARES: Final = 20  # a limit is taken in so many parts: one write for each twentieth of it
_MOST_BUCKETS: Final = 10_000  # remembered by a process; the rest starts anew, which costs writes and no safety
# Only the first share is inserted; a later one is added where it still fits. The numbers are ours, never the caller's text.
_TAKE: Final = (
    "INSERT INTO accounts_ratecount (bucket, minute, used) VALUES (%s, %s, %s) "
    "ON CONFLICT (bucket, minute) DO UPDATE SET used = accounts_ratecount.used + excluded.used "
    "WHERE accounts_ratecount.used + excluded.used <= %s RETURNING used"
)

_lock = threading.Lock()
_left: dict[bytes, tuple[int, int]] = {}  # bucket -> the minute, and the calls still to hand out in it


def take(*, bucket: bytes, minute: int, limit: int) -> bool:
    """This will count one call of a bucket in a minute, and say whether it is within `limit` (at least 1); commits at once."""
    with _lock:
        known, left = _left.get(bucket, (minute, 0))
        if known == minute and left > 0:
            _left[bucket] = (minute, left - 1)
            return True
    share = max(1, limit // SHARES)
    taken = share if _take(bucket, minute, share, limit) else 0
    if not taken and share > 1:
        taken = 1 if _take(bucket, minute, 1, limit) else 0
    if taken > 1:
        _keep(bucket, minute, taken - 1)
    return taken > 0


def forget_shares() -> None:
    """This will drop what this process has left to hand out, as a new process would."""
    with _lock:
        _left.clear()


def _take(bucket: bytes, minute: int, share: int, limit: int) -> bool:
    with write_turn(), connection.cursor() as cursor:
        cursor.execute(_TAKE, [bucket, minute, share, limit])
        return cursor.fetchone() is not None


def _keep(bucket: bytes, minute: int, calls: int) -> None:
    with _lock:
        known, left = _left.get(bucket, (minute, 0))
        if len(_left) >= _MOST_BUCKETS:
            _left.clear()
        _left[bucket] = (minute, calls + (left if known == minute else 0))
