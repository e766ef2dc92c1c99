"""Keyed indices that find a row by a personal value without storing the value: HMAC-SHA256, one key per purpose."""

import hmac
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from certificates.adapters.key_vault import subject_key

INDEX_SUBJECT = "node-index"


def blind_index(*, purpose: str, value: str) -> bytes:
    """This will give 32 bytes that are equal for equal values of one purpose and tell nothing without the node's key.

    Raises CipherError `cipher.erased` on a node that was never initialised.
    """
    return hmac.digest(_derived(subject_key(INDEX_SUBJECT), purpose), value.encode("utf-8"), "sha256")


@lru_cache(maxsize=64)  # a handful of purposes under the one key of the node
def _derived(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"huzheng blind index:{purpose}".encode()).derive(key)
