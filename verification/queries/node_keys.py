"""The node's own public keys, as verification needs them: which one is active, and all that ever headed the log."""

from accounts.queries.compiled_read import CompiledRead
from certificates.core.canonical import b64url_decode_strict
from certificates.models import KeyState, NodeKey
from verification.core.errors import LogError
from verification.core.note import NoteKey

_ACTIVE = CompiledRead(
    lambda given: NodeKey.objects.filter(purpose=given("purpose"), state=KeyState.ACTIVE).values_list("kid")
)


def active_kid(*, purpose: str) -> str:
    """This will give the kid of the active key of a purpose; raises LogError `log.no_key` on a node without one."""
    row = _ACTIVE.first(purpose=purpose)
    if row is None:
        raise LogError("log.no_key", "The node has no active key for this purpose: run init_node.")
    return str(row[0])


def log_note_keys(*, origin: str) -> tuple[NoteKey, ...]:
    """This will give every log key the node ever had, newest first, under the name of its log."""
    jwks = NodeKey.objects.filter(purpose="log").order_by("-from_at", "-pk").values_list("public_jwk", flat=True)
    return tuple(NoteKey(name=origin, public_key=b64url_decode_strict(jwk["x"])) for jwk in jwks)
