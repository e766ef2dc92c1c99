"""Taking turns at the one write lock of SQLite.

SQLite lets one connection write at a time, and who has to wait asks again at growing intervals, the unlucky ones for a second. The
threads of one process hand the turn on instead. Other databases need none.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_turn = threading.RLock()


@contextmanager
def write_turn() -> Iterator[None]:
    """This will wait for this process's turn to write, for the length of a block that holds one transaction.

    Never wait for anything else inside the block. Whoever writes without a turn only waits as SQLite does.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with _turn:
        yield
