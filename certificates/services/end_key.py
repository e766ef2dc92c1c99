"""The end of a key's use: retired in order, or known to others since some time. The row stays for good."""

from datetime import datetime

from certificates.core.errors import IssueError
from certificates.models import KeptKey, KeyState


def end_key(*, key: KeptKey, to_at: datetime, compromised_at: datetime | None = None) -> None:
    """This will retire an active key as of `to_at`, or mark any key compromised since `compromised_at`, in the caller's transaction.

    A compromise is never taken back, and found to be earlier it is dated earlier, never later.
    Raises IssueError `issue.key_state` for another step than these.
    """
    if compromised_at is not None:
        earlier = key.compromised_at is None or compromised_at < key.compromised_at
        key.compromised_at = compromised_at if earlier else key.compromised_at
        key.from_at = key.from_at or compromised_at
        key.state = KeyState.COMPROMISED
    elif key.state == KeyState.ACTIVE and key.from_at is not None and key.from_at <= to_at:
        key.to_at = to_at
        key.state = KeyState.RETIRED
    else:
        raise IssueError("issue.key_state", "only an active key is retired")
    key.save(update_fields=["state", "from_at", "to_at", "compromised_at"])
