"""Wrapping of keys for storage under the node's key-encryption key.

Form: form byte (`sealing`), version of the key-encryption key (2 bytes), 12-byte nonce, ciphertext with its tag. The name
and purpose of the wrapped key are bound to it, so that no file passes for another.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings

from certificates.adapters.kek_ring import KekRing, current_ring
from certificates.adapters.sealing import KEY_BYTES, encrypt, form_of_node, open_sealed
from certificates.adapters.secret_files import create_secret_file
from certificates.core.aead import NONCE_BYTES, TAG_BYTES
from certificates.core.errors import CipherError

_HEAD_BYTES: Final = 3
_LEAST: Final = _HEAD_BYTES + NONCE_BYTES + TAG_BYTES


def ensure_kek() -> bool:
    """This will make version 1 where the node has no key-encryption key; True where it was made now."""
    if settings.NODE.kek_text or settings.NODE.kek_file.exists():
        return False
    return create_secret_file(settings.NODE.kek_file, KekRing(keys={1: secrets.token_bytes(KEY_BYTES)}).text())


def create_wrapped_file(path: Path, secret: bytes, *, context: str) -> bool:
    """This will wrap a key and write it to a new file; False where the file was already there.

    No version of the key-encryption key is added in between: a file under the old version is there before the new one is.
    """
    with wrapping(exclusive=False):
        return create_secret_file(path, wrap(secret, context=context))


def read_wrapped_file(path: Path, *, context: str) -> bytes:
    """This will read and unwrap a key file; raises CipherError as `unwrap` does, FileNotFoundError."""
    try:
        return unwrap(path.read_bytes(), context=context)
    except CipherError as refused:
        if refused.code != "cipher.kek_version":
            raise
    # A rotation that ended between our two reads, of this file and of the versions, has left a newer file here.
    return unwrap(path.read_bytes(), context=context)


def wrap(secret: bytes, *, context: str) -> bytes:
    """This will encrypt a key under the newest version, bound to what it is for; raises CipherError `cipher.no_kek`."""
    ring = current_ring()
    head = bytes((form_of_node(),)) + ring.newest.to_bytes(2, "big")
    nonce = secrets.token_bytes(NONCE_BYTES)
    key = ring.keys[ring.newest]
    return head + nonce + encrypt(head[0], key=key, nonce=nonce, plaintext=secret, bound=_bound(head, context))


def unwrap(wrapped: bytes, *, context: str) -> bytes:
    """This will decrypt a wrapped key.

    Raises CipherError `cipher.kek_version` (a version that is not there), `cipher.mismatch` (another node's, name's or
    purpose's, or altered), `cipher.no_kek`.
    """
    head, nonce, sealed = (
        wrapped[:_HEAD_BYTES],
        wrapped[_HEAD_BYTES:][:NONCE_BYTES],
        wrapped[_HEAD_BYTES:][NONCE_BYTES:],
    )
    key = current_ring().keys.get(wrapped_version(wrapped))
    if key is None:
        raise CipherError("cipher.kek_version", "the key is wrapped under a version that the node does not hold")
    return open_sealed(head[0], key=key, nonce=nonce, sealed=sealed, bound=_bound(head, context))


def wrapped_version(wrapped: bytes) -> int:
    """This will tell under which version a key is wrapped; raises CipherError `cipher.mismatch` for too few bytes."""
    if len(wrapped) < _LEAST:
        raise CipherError("cipher.mismatch", "the file is too short to hold a wrapped key")
    return int.from_bytes(wrapped[1:_HEAD_BYTES], "big")


@contextmanager
def wrapping(*, exclusive: bool) -> Iterator[None]:
    """This will hold the lock that makers of key files share and the one who adds a version has alone."""
    path = settings.NODE.var / "keys" / ".kek.lock"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def _bound(head: bytes, context: str) -> bytes:
    return b"\x00".join((b"huzheng-wrap", head.hex().encode("ascii"), context.encode("utf-8")))
