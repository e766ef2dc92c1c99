"""A pending key of the node: made, listed for the anchor, and used once the trust list names it."""

from datetime import datetime

from django.db import transaction

from certificates.core.errors import IssueError
from certificates.models import KeyState, NodeKey
from certificates.services.create_node_keys import add_node_key


def prepare_node_key(*, purpose: str, from_at: datetime, at: datetime) -> str:
    """This will commit a pending key for a purpose, in force from `from_at` on: `describe_node` lists it for the anchor.

    Raises IssueError `issue.key_state` (one is pending already, or it would begin in the past), CipherError `cipher.no_key`.
    """
    with transaction.atomic():
        if NodeKey.objects.select_for_update().filter(purpose=purpose, state=KeyState.PENDING).exists():
            raise IssueError("issue.key_state", "a key for this purpose is pending already")
        if from_at < at:
            raise IssueError("issue.key_state", "a key cannot begin in the past")
        return add_node_key(purpose=purpose, state=KeyState.PENDING, from_at=from_at)
