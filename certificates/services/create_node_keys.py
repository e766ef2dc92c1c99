"""The node's own keys, one for each purpose."""

from datetime import datetime

from django.db import IntegrityError, transaction

from certificates.adapters.node_keys import ED25519, NOTE_PURPOSES, PURPOSES, create_node_key
from certificates.core.signing.registry import ES256
from certificates.models import KeyState, NodeKey


def create_node_keys(*, at: datetime) -> tuple[str, ...]:
    """This will make and commit a key for each purpose that has no active one, and name those purposes."""
    return tuple(purpose for purpose in PURPOSES if _create(purpose, at))


def _create(purpose: str, at: datetime) -> bool:
    if NodeKey.objects.filter(purpose=purpose, state=KeyState.ACTIVE).exists():
        return False
    kid, public_jwk = create_node_key(purpose)
    suite = ED25519 if purpose in NOTE_PURPOSES else ES256.name
    try:
        with transaction.atomic():
            NodeKey.objects.create(purpose=purpose, kid=kid, suite=suite, public_jwk=public_jwk, from_at=at)
    except IntegrityError:
        return False  # another process made the key of this purpose in between
    return True
