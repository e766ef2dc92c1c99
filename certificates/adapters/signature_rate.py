"""A ceiling of signatures a minute for each key, counted across all processes in a small file beside the key.

A file and not a row: a row's lock would make every signer of a key wait for the slowest open transaction, and a rolled-back
transaction would give its signatures back. Under the file's lock one reading and one writing of 16 bytes happen.
"""

import fcntl
import os
import struct
import time
from pathlib import Path
from typing import Final

from certificates.core.errors import KeyUnavailableError

WINDOW_SECONDS: Final = 60.0
_STATE: Final = struct.Struct(">dQ")  # when the minute began (seconds since 1970), signatures since then


def count_signature(path: Path, *, most_a_minute: int) -> None:
    """This will count one signature under the key of that file; 0 means no ceiling.

    A minute begins with its first signature. Raises KeyUnavailableError `key.rate` above the ceiling; nothing is counted then.
    """
    if most_a_minute <= 0:
        return
    # Opened anew each time: the lock belongs to the opening, so that threads and forked children wait for each other, too.
    descriptor = os.open(path.with_suffix(".rate"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _count(descriptor, most_a_minute)
    finally:
        os.close(descriptor)


def _count(descriptor: int, most: int) -> None:
    now = time.time()
    stored = os.pread(descriptor, _STATE.size, 0)
    began, count = _STATE.unpack(stored) if len(stored) == _STATE.size else (now, 0)
    # Also where the clock was set back: by more than a minute is another minute, by less it stays the same one.
    if abs(now - began) >= WINDOW_SECONDS:
        began, count = now, 0
    if count >= most:
        raise KeyUnavailableError("key.rate", "the key has made as many signatures in this minute as it may")
    os.pwrite(descriptor, _STATE.pack(began, count + 1), 0)
