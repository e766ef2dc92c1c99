"""What opens an entry's commitments: sealed with the look-up, gone for good when its key or the sealed bytes are gone."""

from collections.abc import Mapping
from uuid import UUID

from certificates.adapters.field_cipher import decrypt, seal
from certificates.core.canonical import canonical_json, strict_json_loads
from certificates.core.errors import CipherError
from verification.core.lookup_entry import Opening
from verification.models import LookupDetail

_MAX_BYTES = 8 * 1024 * 1024  # written by this node from one answer


def seal_openings(openings: Mapping[str, Opening], *, lookup_id: UUID, key_subject: str) -> bytes:
    """This will seal the openings of one look-up for its row only; raises CipherError `cipher.erased`."""
    plain = canonical_json({name: [opening.salt, opening.value] for name, opening in openings.items()})
    return seal(plain, subject=key_subject, place=_place(lookup_id))


def open_openings(detail: LookupDetail) -> dict[str, Opening] | None:
    """This will give the openings by member name, or None where they were erased; raises CipherError `cipher.mismatch`."""
    if detail.sealed_openings is None:
        return None
    try:
        return open_sealed(bytes(detail.sealed_openings), key_subject=detail.key_subject, lookup_id=detail.lookup_id)
    except CipherError as error:
        if error.code == "cipher.erased":
            return None
        raise


def open_sealed(sealed: bytes, *, key_subject: str, lookup_id: UUID) -> dict[str, Opening]:
    """This will open the stored bytes of one look-up; raises CipherError `cipher.erased|mismatch`, CanonicalError `json.*`."""
    plain = decrypt(sealed, subject=key_subject, place=_place(lookup_id))
    members = strict_json_loads(plain, max_bytes=_MAX_BYTES)
    return {name: Opening(salt=salt, value=value) for name, (salt, value) in members.items()}


def _place(lookup_id: UUID) -> str:
    return f"LookupDetail:{lookup_id}:sealed_openings"
