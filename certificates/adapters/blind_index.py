"""Keyed indices that find a row by a personal value without storing the value: an HMAC, one key per purpose.

The digest is the crypto profile's: SHA-256, or SM3 in guomi. A node keeps its profile, so one value has one index.
"""

from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256, SM3, HashAlgorithm
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from certificates.adapters.key_vault import subject_key
from certificates.core.crypto_profile import profile
from certificates.core.digests import keyed_digest

INDEX_SUBJECT = "node-index"
_DIGESTS: Final[dict[str, HashAlgorithm]] = {"sha256": SHA256(), "sm3": SM3()}


def blind_index(*, purpose: str, value: str) -> bytes:
    """This will give 32 bytes that are equal for equal values of one purpose and tell nothing without the node's key.

    Raises CipherError `cipher.erased` on a node that was never initialised.
    """
    mac = profile(settings.NODE.profile).mac
    return keyed_digest(mac, key=_derived(subject_key(INDEX_SUBJECT), purpose, mac), data=value.encode("utf-8"))


@lru_cache(maxsize=64)  # a handful of purposes under the one key of the node
def _derived(key: bytes, purpose: str, mac: str) -> bytes:
    info = f"huzheng blind index:{purpose}".encode()
    return HKDF(algorithm=_DIGESTS[mac], length=32, salt=None, info=info).derive(key)
