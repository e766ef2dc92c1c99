"""From the trust list's entries to the keys that verify notes."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from verification.core.errors import LogError
from verification.core.note import NoteKey, SignatureType
from verification.core.trust_keys import NodeKeyEntry, Purpose
from verification.core.trust_list import TrustedRegion


def note_key(entry: NodeKeyEntry, *, origin: str) -> NoteKey:
    """This will give a region's log key under its log's name; raises LogError `log.note.key` for one that signs no notes."""
    key = entry.key.public_key
    if not isinstance(key, Ed25519PublicKey):
        raise LogError("log.note.key", "The key listed for the log is not Ed25519.")
    return NoteKey(name=origin, public_key=key.public_bytes_raw())


def added_log_keys(region: TrustedRegion) -> tuple[NoteKey, ...]:
    """This will give the SM2 keys whose lines on the region's checkpoints must hold where they stand, retired ones included."""
    entries = region.keys.get(Purpose.LOG_SM2, ())
    return tuple(NoteKey(name=region.log_origin, public_key=entry.spki, kind=SignatureType.SM2) for entry in entries)
