"""The mark of the log's size, kept outside of the database: written before a batch commits, settled after it.

A crash in between leaves the mark one batch ahead. Then the next batch is that very one: the same items in the same
order give the same root, whether or not the first try was committed. Anything else is a database put back from a copy.
"""

from collections.abc import Sequence

from verification.adapters.mark_files import write_mark
from verification.core.errors import LogError
from verification.core.log_mark import IntendedBatch, LogMark, WaitingItem, mark_bytes
from verification.core.merkle import CompactRange
from verification.queries.log_mark import log_mark, require_whole_log, witnessed_size
from verification.queries.marks import LOG, WITNESSED


def batch_to_repeat(tree: CompactRange) -> IntendedBatch | None:
    """This will give the batch that the mark is ahead by, None where the stored tree is all that was signed.

    Raises LogError `log.storage_older`, `log.witness.ahead`, `log.mark`.
    """
    mark = log_mark()
    require_whole_log(mark, size=tree.size, root=tree.root())
    if mark.intended is None or mark.intended.size <= tree.size:
        return None
    return mark.intended


def intend_head(*, committed: LogMark, tree: CompactRange, items: Sequence[WaitingItem]) -> None:
    """This will write down, durably, the head that the caller's transaction is about to commit.

    Raises LogError `log.storage_older` where a batch on its way had other leaves.
    """
    batch = IntendedBatch(size=tree.size, root=tree.root(), items=tuple(items))
    known = log_mark().intended
    if known is not None and known.size > committed.size and known != batch:
        raise LogError("log.storage_older", "A head of other leaves was signed for these indices already.")
    write_mark(LOG, mark_bytes(LogMark(size=committed.size, root=committed.root, intended=batch)))


def settle_head(*, size: int, root: bytes) -> None:
    """This will let the mark say that the head is committed; losing this in a crash loses nothing."""
    mark = log_mark()
    if mark.intended is not None and (mark.intended.size, mark.intended.root) == (size, root):
        write_mark(LOG, mark_bytes(LogMark(size=size, root=root)), durable=False)


def remember_witnessed(size: int) -> None:
    """This will keep, durably, that a witness saw `size` leaves of our log: until they are stored, nothing is published or answered."""
    if size > witnessed_size():
        write_mark(WITNESSED, b"%d\n" % size)
