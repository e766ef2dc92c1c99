"""Counting bad calls without letting them write at will: a bucket of database writes per process, the rest counted in memory.

What is still in memory when a process ends is lost: at most the calls since its last write. Bad calls are weather, look-ups are never here.
"""

import threading
from collections import Counter
from datetime import datetime
from typing import Final

BURST: Final = 50
WRITES_PER_SECOND: Final = 2.0

_lock = threading.Lock()
_counts: Counter[str] = Counter()
_state = {"tokens": float(BURST), "seen": 0.0}


def add_and_take(code: str, *, at: datetime) -> Counter[str] | None:
    """This will count one call, and hand over all counts not yet written where this process may write now."""
    now = at.timestamp()
    with _lock:
        _counts[code] += 1
        refill = max(0.0, now - _state["seen"]) * WRITES_PER_SECOND
        _state["tokens"] = min(float(BURST), _state["tokens"] + refill)
        _state["seen"] = max(now, _state["seen"])
        if _state["tokens"] < 1.0:
            return None
        _state["tokens"] -= 1.0
        taken = Counter(_counts)
        _counts.clear()
        return taken
