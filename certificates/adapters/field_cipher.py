"""Sealing of stored values: AES-256-GCM under a subject's key, bound to the row and column where the value stands.

Form: version byte, key generation byte, 12-byte nonce, ciphertext with its 16-byte tag. The bound place means that
whoever can write to the database cannot show one row's value as another's.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from certificates.adapters.key_vault import subject_key
from certificates.core.errors import CipherError

_HEAD = bytes((1, 1))  # format version, key generation
_NONCE_BYTES = 12
_TAG_BYTES = 16
_LEAST = len(_HEAD) + _NONCE_BYTES + _TAG_BYTES


def seal(plaintext: bytes, *, subject: str, place: str) -> bytes:
    """This will encrypt `plaintext` for one place, such as "Certificate:<id>:sealed_values".

    Raises CipherError `cipher.erased`.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _HEAD + nonce + AESGCM(subject_key(subject)).encrypt(nonce, plaintext, _bound(_HEAD, subject, place))


def decrypt(sealed: bytes | memoryview | None, *, subject: str, place: str) -> bytes:
    """This will open what `seal` made for the same subject and place.

    Raises CipherError `cipher.erased` (key destroyed), `cipher.empty` (nothing stored), `cipher.mismatch` (altered, or
    from another row, column or subject).
    """
    if sealed is None:
        raise CipherError("cipher.empty", "nothing is stored here")
    data = bytes(sealed)
    key = subject_key(subject)
    head, nonce, rest = (
        data[: len(_HEAD)],
        data[len(_HEAD) : len(_HEAD) + _NONCE_BYTES],
        data[len(_HEAD) + _NONCE_BYTES :],
    )
    if len(data) < _LEAST or head != _HEAD:
        raise CipherError("cipher.mismatch", "the stored bytes are not of a form that this node writes")
    try:
        return AESGCM(key).decrypt(nonce, rest, _bound(head, subject, place))
    except InvalidTag as error:
        raise CipherError("cipher.mismatch", "the stored bytes were altered or belong to another place") from error


def _bound(head: bytes, subject: str, place: str) -> bytes:
    return b"\x00".join((b"huzheng-field", head.hex().encode("ascii"), subject.encode("ascii"), place.encode("utf-8")))
