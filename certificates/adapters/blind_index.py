"""Keyed indices that find a row by a personal value without storing the value: HMAC-SHA256, one key per purpose."""

import hashlib
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from certificates.adapters.key_vault import subject_key

INDEX_SUBJECT = "node-index"


def blind_index(*, purpose: str, value: str) -> bytes:
    """This will give 32 bytes that are equal for equal values of one purpose and tell nothing without the node's key.

    Raises CipherError `cipher.erased` on a node that was never initialised.
    """
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"huzheng blind index:{purpose}".encode())
    return hmac.digest(derive.derive(subject_key(INDEX_SUBJECT)), value.encode("utf-8"), hashlib.sha256)
