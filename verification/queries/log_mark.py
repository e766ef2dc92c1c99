"""Is the stored log as large as the one that this node signed, and that its witnesses saw?"""

from verification.core.errors import LogError
from verification.core.log_mark import NOTHING_SIGNED, LogMark, parse_mark, require_reached
from verification.queries.marks import LOG, WITNESSED, read_mark


def log_mark() -> LogMark:
    """This will give the node's mark of its log; a node without the file has signed nothing. Raises LogError `log.mark`."""
    data = read_mark(LOG)
    return NOTHING_SIGNED if data is None else parse_mark(data)


def witnessed_size() -> int:
    """This will give the largest size of our log that any witness ever told us, 0 for none. Raises LogError `log.mark`."""
    data = read_mark(WITNESSED)
    if data is None:
        return 0
    text = data.decode("ascii", "replace").removesuffix("\n")
    if not (text.isascii() and text.isdigit()):
        raise LogError("log.mark", "The node's mark of its witnesses' size cannot be read.")
    return int(text)


def require_whole_log(mark: LogMark, *, size: int, root: bytes | None = None) -> None:
    """This will return where the stored log of `size` leaves reaches `mark` and what witnesses saw.

    Read the mark before the size: a publisher at work may raise both in between.
    Raises LogError `log.storage_older`, `log.witness.ahead`, `log.mark`.
    """
    require_reached(mark, size=size, root=root)
    if size < witnessed_size():
        raise LogError("log.witness.ahead", "A witness has seen a larger tree of this log than is stored.")
