"""Leaving an authority alone that just failed, longer each time: a hundred waiting documents must not each wait for its time-out."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from certificates.core.errors import TimestampError

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0  # shorter than the sweep takes to try again

_lock = Lock()
_paused: dict[str, tuple[float, float]] = {}  # address -> until when (monotonic), for how long


@contextmanager
def pausing(url: str) -> Iterator[None]:
    """This will let the block call the address, unless it failed a moment ago: TimestampError `timestamp.paused`. Success ends all pauses."""
    until, pause = _paused.get(url, (0.0, 0.0))
    if monotonic() < until:
        raise TimestampError("timestamp.paused", "the timestamp authority failed a moment ago and is left alone")
    try:
        yield
    except TimestampError:
        longer = min(max(FIRST_PAUSE_SECONDS, 2 * pause), LONGEST_PAUSE_SECONDS)
        with _lock:
            _paused[url] = (monotonic() + longer, longer)
        raise
    with _lock:
        _paused.pop(url, None)
