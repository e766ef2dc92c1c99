"""The node's key-encryption key: 32 random bytes in a file of its own, under which every other key file is wrapped."""

import binascii
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from certificates.adapters.secret_files import create_secret_file
from certificates.core.errors import CipherError

KEY_BYTES = 32
NONCE_BYTES = 12


def ensure_kek() -> bool:
    """This will make the key-encryption key (base64 text) where the file is absent; True where it was made now."""
    path = settings.NODE.kek_file
    if path.exists():
        return False
    return create_secret_file(path, binascii.b2a_base64(secrets.token_bytes(KEY_BYTES)))


def wrap(secret: bytes, *, context: str) -> bytes:
    """This will encrypt a key for storage (nonce, then AES-256-GCM text), bound to what it is for."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(settings.NODE.kek_file).encrypt(nonce, secret, context.encode("utf-8"))


def unwrap(wrapped: bytes, *, context: str) -> bytes:
    """This will decrypt a wrapped key; raises CipherError `cipher.mismatch` for another KEK or another context."""
    try:
        return _cipher(settings.NODE.kek_file).decrypt(
            wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context.encode("utf-8")
        )
    except (InvalidTag, ValueError) as error:
        raise CipherError("cipher.mismatch", "the wrapped key belongs to another node, name or purpose") from error


@lru_cache(maxsize=4)
def _cipher(path: Path) -> AESGCM:
    try:
        key = binascii.a2b_base64(path.read_bytes(), strict_mode=False)
    except FileNotFoundError as error:
        raise CipherError("cipher.no_kek", "the node has no key-encryption key: run manage.py init_node") from error
    if len(key) != KEY_BYTES:
        raise CipherError("cipher.no_kek", "the key-encryption key file does not hold 32 bytes in base64")
    return AESGCM(key)
