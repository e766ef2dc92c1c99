"""Do the database and the node's marks outside of it agree: the size of the log, and the trust list in use."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from verification.core.audit_report import Finding
from verification.core.errors import LogError, TrustListError
from verification.models import Checkpoint
from verification.queries.current_trust_list import current_trust_list
from verification.queries.log_mark import log_mark, require_whole_log
from verification.queries.log_tree import tree_size

# A node may be without a list, or with one that has ended; any other fault means that somebody changed it.
_NO_TAMPERING: Final = frozenset({"trust_list.absent", "trust_list.expired", "trust_list.from_future"})


def mark_findings(*, at: datetime) -> list[Finding]:
    """This will name what the database says otherwise than the files beside the keys."""
    return [*_log(), *_trust_list(at)]


def _log() -> Iterator[Finding]:
    try:
        mark = log_mark()
        head = Checkpoint.objects.filter(size=mark.size).values_list("root", flat=True).first()
        if head is not None:
            require_whole_log(mark, size=mark.size, root=bytes(head))
        require_whole_log(mark, size=tree_size())
    except LogError as refused:
        yield Finding(code=refused.code, text=str(refused))


def _trust_list(at: datetime) -> Iterator[Finding]:
    try:
        current_trust_list(at=at)
    except TrustListError as refused:
        if refused.code not in _NO_TAMPERING:
            yield Finding(code=refused.code, text="The trust list in the database is not one that was taken into use.")
