"""Sealing of stored values under a subject's key, bound to the row and column where the value stands.

Form: form byte (`sealing`: the cipher), key generation byte, 12-byte nonce, ciphertext with its 16-byte tag. The bound
place means that whoever can write to the database cannot show one row's value as another's.
"""

import secrets
from typing import Final

from certificates.adapters.key_vault import subject_key
from certificates.adapters.sealing import A256GCM_FORM, SM4GCM_FORM, encrypt, form_of_node, open_sealed
from certificates.core.aead import NONCE_BYTES, TAG_BYTES
from certificates.core.errors import CipherError

_GENERATION: Final = 1
_HEAD_BYTES: Final = 2
_LEAST: Final = _HEAD_BYTES + NONCE_BYTES + TAG_BYTES
_KNOWN_HEADS: Final = frozenset(bytes((form, _GENERATION)) for form in (A256GCM_FORM, SM4GCM_FORM))


def seal(plaintext: bytes, *, subject: str, place: str) -> bytes:
    """This will encrypt `plaintext` for one place, such as "Certificate:<id>:sealed_values".

    Raises CipherError `cipher.erased`.
    """
    head = bytes((form_of_node(), _GENERATION))
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = encrypt(
        head[0], key=subject_key(subject), nonce=nonce, plaintext=plaintext, bound=_bound(head, subject, place)
    )
    return head + nonce + sealed


def decrypt(sealed: bytes | memoryview | None, *, subject: str, place: str) -> bytes:
    """This will open what `seal` made for the same subject and place.

    Raises CipherError `cipher.erased` (key destroyed), `cipher.empty` (nothing stored), `cipher.mismatch` (altered, or
    from another row, column or subject).
    """
    if sealed is None:
        raise CipherError("cipher.empty", "nothing is stored here")
    data = bytes(sealed)
    key = subject_key(subject)
    head, nonce = data[:_HEAD_BYTES], data[_HEAD_BYTES : _HEAD_BYTES + NONCE_BYTES]
    if len(data) < _LEAST or head not in _KNOWN_HEADS:
        raise CipherError("cipher.mismatch", "the stored bytes are not of a form that a node writes")
    rest = data[_HEAD_BYTES + NONCE_BYTES :]
    return open_sealed(head[0], key=key, nonce=nonce, sealed=rest, bound=_bound(head, subject, place))


def _bound(head: bytes, subject: str, place: str) -> bytes:
    return b"\x00".join((b"huzheng-field", head.hex().encode("ascii"), subject.encode("ascii"), place.encode("utf-8")))
