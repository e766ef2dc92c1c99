"""The processes of a node's background work: one clock with the short tasks, and as many that make documents as are asked for."""

from typing import Final

from verification.management.supervision import Commands, manage

CLOCK: Final = "clock"
DOCUMENTS: Final = "documents"
PARTS: Final = (CLOCK, DOCUMENTS)


def worker_commands(*, processes: int) -> Commands:
    """This will name the processes: setting a page and signing it hold Python's lock, so that threads of one would take turns."""
    documents = {f"documents {number}": manage("run_worker", "--part", DOCUMENTS) for number in range(1, processes + 1)}
    return {"clock": manage("run_worker", "--part", CLOCK), **documents}
