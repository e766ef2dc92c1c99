"""The node's own keys, one for each purpose."""

from base64 import b64encode
from datetime import datetime

from django.db import IntegrityError, transaction

from certificates.adapters.node_keys import create_node_key, node_purposes
from certificates.models import KeyState, NodeKey
from certificates.services.require_same_node import require_same_node


def create_node_keys(*, at: datetime) -> tuple[str, ...]:
    """This will make and commit a key for each purpose that has no active one, and name those purposes."""
    return tuple(purpose for purpose in node_purposes() if _create(purpose, at))


def add_node_key(*, purpose: str, state: KeyState, from_at: datetime) -> str:
    """This will make a key and add its row, in the caller's transaction, and give its kid.

    Raises IssueError `issue.profile|region` under the settings of another node.
    """
    require_same_node()
    key = create_node_key(purpose=purpose)
    NodeKey.objects.create(
        purpose=purpose,
        kid=key.kid,
        suite=key.suite,
        backend=key.backend,
        spki=b64encode(key.spki).decode("ascii"),
        state=state,
        from_at=from_at,
    )
    return key.kid


def _create(purpose: str, at: datetime) -> bool:
    if NodeKey.objects.filter(purpose=purpose, state=KeyState.ACTIVE).exists():
        return False
    try:
        with transaction.atomic():
            add_node_key(purpose=purpose, state=KeyState.ACTIVE, from_at=at)
    except IntegrityError:
        return False  # another process made the key of this purpose in between
    return True
