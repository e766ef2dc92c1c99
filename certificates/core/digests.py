"""SHA-256 and SM3 (GM/T 0004) by name, plain and keyed; a closed table, like that of the signing suites."""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

from certificates.core.errors import CredentialError

DIGEST_BYTES: Final = 32  # of both

Digest = Callable[[bytes], bytes]

# Python's hashlib asks the system's OpenSSL, which some distributions build without SM3; `cryptography` brings its own.
_HASHLIB_HAS_SM3: Final = "sm3" in hashlib.algorithms_available


def sha256(data: bytes) -> bytes:
    """This will give the 32 bytes of SHA-256."""
    return hashlib.sha256(data).digest()


def _sm3_of_hashlib() -> Digest:
    start = hashlib.new("sm3")

    def sm3_of(data: bytes) -> bytes:
        # A copy spares the look-up by name, which takes longer than hashing a short text.
        state = start.copy()
        state.update(data)
        return state.digest()

    return sm3_of


def _sm3_of_cryptography(data: bytes) -> bytes:
    state = hashes.Hash(hashes.SM3())
    state.update(data)
    return state.finalize()


sm3: Final[Digest] = _sm3_of_hashlib() if _HASHLIB_HAS_SM3 else _sm3_of_cryptography

_DIGESTS: Final[Mapping[str, Digest]] = MappingProxyType({"sha256": sha256, "sha-256": sha256, "sm3": sm3})


def digest(name: str) -> Digest:
    """This will give the digest `sha256` (also by its IANA name `sha-256`) or `sm3`; raises CredentialError `key.digest`."""
    found = _DIGESTS.get(name)
    if found is None:
        raise CredentialError("key.digest", "no digest has this name")
    return found


def digests_of(name: str, texts: Sequence[bytes]) -> list[bytes]:
    """This will give the digest of each text, by the names of `digest`; raises CredentialError `key.digest`."""
    if name == "sha-256":  # without a call of ours for each: the credential's inner loop
        return [hashlib.sha256(text).digest() for text in texts]
    return list(map(digest(name), texts))


def keyed_digest(name: str, *, key: bytes, data: bytes) -> bytes:
    """This will give HMAC (RFC 2104) with `sha256` or `sm3`, 32 bytes; raises CredentialError `key.digest`."""
    if name == "sha256":
        return hmac.digest(key, data, "sha256")
    if name != "sm3":
        raise CredentialError("key.digest", "no digest has this name")
    if _HASHLIB_HAS_SM3:
        return hmac.digest(key, data, "sm3")
    return _hmac_sm3_of_cryptography(key, data)


def _hmac_sm3_of_cryptography(key: bytes, data: bytes) -> bytes:
    state = HMAC(key, hashes.SM3())
    state.update(data)
    return state.finalize()
