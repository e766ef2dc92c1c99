"""The next of the node's own keys for a purpose. Peers know it by the trust list only: prepare it first."""

from datetime import datetime

from django.db import transaction

from certificates.core.errors import IssueError
from certificates.models import KeyState, NodeKey
from certificates.services.create_node_keys import add_node_key
from certificates.services.end_key import end_key
from certificates.services.rotate_issuer_key import OVERLAP


def rotate_node_key(*, purpose: str, at: datetime, compromised: bool = False) -> str:
    """This will retire the active key of a purpose (or mark it compromised) and commit the pending one, or a new one, as active.

    A new one that the trust list does not name yet is trusted by nobody: prepare it first unless the old one is lost.
    Raises IssueError `issue.no_key` (the purpose has no key), `issue.key_state` (the pending one begins later).
    """
    with transaction.atomic():
        keys = NodeKey.objects.select_for_update().filter(purpose=purpose)
        old = keys.filter(state=KeyState.ACTIVE).first()
        if old is None and not keys.exists():
            raise IssueError("issue.no_key", "the node has no key for this purpose")
        pending = keys.filter(state=KeyState.PENDING).first()
        if pending is not None and (pending.from_at is None or pending.from_at > at):
            raise IssueError("issue.key_state", "the pending key for this purpose begins later")
        if old is not None:
            end_key(key=old, to_at=at + OVERLAP, compromised_at=at if compromised else None)
        if pending is None:
            return add_node_key(purpose=purpose, state=KeyState.ACTIVE, from_at=at)
        pending.state = KeyState.ACTIVE
        pending.save(update_fields=["state"])
        return pending.kid
