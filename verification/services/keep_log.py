"""One round of the publisher's work, without the network: close the journal's hours, then publish until nothing waits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from verification.adapters.mark_files import write_mark
from verification.queries.log_backlog import anything_waits
from verification.queries.log_tree import tree_size
from verification.queries.marks import PUBLISHER
from verification.services.close_journal_hours import close_journal_hours
from verification.services.publish_log import BATCH, publish_log


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLog:
    """This will count what one round did, and give the size of the log after it."""

    published: int
    size: int
    hours_closed: int


def keep_log(*, clock: Callable[[], datetime], go_on: Callable[[], bool]) -> KeptLog:
    """This will publish batch after batch until none is full or `go_on` says stop; every batch commits by itself.

    Raises LogError as `publish_log` does; what was published before stays.
    """
    hours = close_journal_hours(at=clock())
    _be_seen(clock())
    published = 0
    while anything_waits():
        batch = publish_log(at=clock())
        published += batch.count
        _be_seen(clock())
        if batch.count < BATCH or not go_on():
            break
    return KeptLog(published=published, size=tree_size(), hours_closed=hours)


def _be_seen(at: datetime) -> None:
    """Whether a publisher lives must not show only once something has waited too long."""
    write_mark(PUBLISHER, at.isoformat().encode("ascii"), durable=False)
