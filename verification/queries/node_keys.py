"""The node's own public keys, as verification needs them: which one is active, and all that ever headed the log."""

from datetime import datetime

from accounts.queries.compiled_read import CompiledRead
from certificates.models import KeyState, NodeKey
from verification.core.errors import LogError

_ACTIVE = CompiledRead(
    lambda given: NodeKey.objects.filter(purpose=given("purpose"), state=KeyState.ACTIVE).values_list("kid", "from_at")
)


def active_kid(*, purpose: str) -> str:
    """This will give the kid of the active key of a purpose; raises LogError `log.no_key` on a node without one."""
    return active_key(purpose=purpose)[0]


def active_key(*, purpose: str) -> tuple[str, datetime]:
    """This will give the kid of the active key of a purpose, and since when it is in force; raises LogError `log.no_key`."""
    row = _ACTIVE.first(purpose=purpose)
    if row is None:
        raise LogError("log.no_key", "The node has no active key for this purpose: run init_node.")
    return str(row[0]), row[1]


def log_kids(*, purpose: str = "log") -> tuple[str, ...]:
    """This will name every log key that a row says the node has or had, newest first; a row proves nothing."""
    return tuple(NodeKey.objects.filter(purpose=purpose).order_by("-from_at", "-pk").values_list("kid", flat=True))
