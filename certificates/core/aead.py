"""Authenticated encryption by a crypto profile's name: AES-256-GCM, or SM4-GCM (RFC 8998); 12-byte nonce, 16-byte tag."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

from certificates.core.errors import CipherError

NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


class Aead(Protocol):
    """This will seal and open texts under one algorithm; a nonce must never be used twice under one key."""

    @property
    def name(self) -> str:
        """This will name the algorithm as `CryptoProfile.field_cipher` does."""

    @property
    def key_bytes(self) -> int:
        """This will be the length of a key in bytes."""

    def seal(self, *, key: bytes, nonce: bytes, plain: bytes, context: bytes) -> bytes:
        """This will give ciphertext and tag; raises CipherError `cipher.key` for a key or nonce of another length."""

    def open(self, *, key: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
        """This will give what `seal` took under the same key, nonce and context.

        Raises CipherError `cipher.mismatch` for anything else, `cipher.key` for a key or nonce of another length.
        """


class _Aes256Gcm:
    name = "A256GCM"
    key_bytes = 32

    def seal(self, *, key: bytes, nonce: bytes, plain: bytes, context: bytes) -> bytes:
        _require_lengths(key, self.key_bytes, nonce)
        return AESGCM(key).encrypt(nonce, plain, context)

    def open(self, *, key: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
        _require_lengths(key, self.key_bytes, nonce)
        try:
            return AESGCM(key).decrypt(nonce, sealed, context)
        except InvalidTag as error:
            raise _mismatch() from error


class _Sm4Gcm:
    name = "SM4GCM"
    key_bytes = 16

    def seal(self, *, key: bytes, nonce: bytes, plain: bytes, context: bytes) -> bytes:
        _require_lengths(key, self.key_bytes, nonce)
        state = Cipher(SM4(key), GCM(nonce)).encryptor()
        state.authenticate_additional_data(context)
        return state.update(plain) + state.finalize() + state.tag

    def open(self, *, key: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
        _require_lengths(key, self.key_bytes, nonce)
        if len(sealed) < TAG_BYTES:
            raise _mismatch()
        state = Cipher(SM4(key), GCM(nonce, sealed[-TAG_BYTES:])).decryptor()
        state.authenticate_additional_data(context)
        plain = state.update(sealed[:-TAG_BYTES])
        try:
            # Nothing of `plain` leaves before the tag was checked.
            return plain + state.finalize()
        except InvalidTag as error:
            raise _mismatch() from error


AEADS: Final[Mapping[str, Aead]] = MappingProxyType({a.name: a for a in (_Aes256Gcm(), _Sm4Gcm())})


def aead(name: str) -> Aead:
    """This will give the algorithm of that exact name; raises CipherError `cipher.algorithm` for any other name."""
    found = AEADS.get(name)
    if found is None:
        raise CipherError("cipher.algorithm", "no cipher has this name")
    return found


def _require_lengths(key: bytes, key_bytes: int, nonce: bytes) -> None:
    if len(key) != key_bytes or len(nonce) != NONCE_BYTES:
        raise CipherError("cipher.key", "the key or nonce has another length than the cipher's")


def _mismatch() -> CipherError:
    return CipherError("cipher.mismatch", "the ciphertext was not made with this key for this place")
