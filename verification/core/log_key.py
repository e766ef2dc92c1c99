"""From the trust list's entries to the keys that verify notes."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from verification.core.errors import LogError
from verification.core.note import NoteKey
from verification.core.trust_keys import NodeKeyEntry


def note_key(entry: NodeKeyEntry, *, origin: str) -> NoteKey:
    """This will give a region's log key under its log's name; raises LogError `log.note.key` for one that signs no notes."""
    key = entry.key.public_key
    if not isinstance(key, Ed25519PublicKey):
        raise LogError("log.note.key", "The key listed for the log is not Ed25519.")
    return NoteKey(name=origin, public_key=key.public_bytes_raw())
