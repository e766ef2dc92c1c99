"""Wrapping of keys for storage under the node's key-encryption key.

Form: form byte (`sealing`), version of the key-encryption key (2 bytes), length of what the key is for (2 bytes) and that text,
12-byte nonce, ciphertext with its tag. All before the nonce is authenticated, so that no file passes for another, and
whoever wraps it anew needs to know nothing else.
"""

import fcntl
import os
import secrets
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings

from certificates.adapters.kek_ring import KekRing, current_ring
from certificates.adapters.sealing import KEY_BYTES, encrypt, form_of_node, open_sealed
from certificates.adapters.secret_files import create_secret_file
from certificates.core.aead import NONCE_BYTES, TAG_BYTES
from certificates.core.errors import CipherError

_FIXED: Final = struct.Struct(">BHH")  # form, version, length of the context
_LABEL: Final = b"huzheng-wrap\x00"


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
    about = context.encode("utf-8")
    form = form_of_node()
    head = _FIXED.pack(form, ring.newest, len(about)) + about
    nonce = secrets.token_bytes(NONCE_BYTES)
    return head + nonce + encrypt(form, key=ring.keys[ring.newest], nonce=nonce, plaintext=secret, bound=_LABEL + head)


def unwrap(wrapped: bytes, *, context: str) -> bytes:
    """This will decrypt a wrapped key.

    Raises CipherError `cipher.kek_version` (a version that is not there), `cipher.mismatch` (another node's, name's or
    purpose's, or altered), `cipher.no_kek`.
    """
    form, version, about, head_bytes = _read_head(wrapped)
    if about != context.encode("utf-8"):
        raise CipherError("cipher.mismatch", "the wrapped key belongs to another name or purpose")
    key = current_ring().keys.get(version)
    if key is None:
        raise CipherError("cipher.kek_version", "the key is wrapped under a version that the node does not hold")
    head, nonce, sealed = wrapped[:head_bytes], wrapped[head_bytes:][:NONCE_BYTES], wrapped[head_bytes + NONCE_BYTES :]
    return open_sealed(form, key=key, nonce=nonce, sealed=sealed, bound=_LABEL + head)


def wrapped_version(wrapped: bytes) -> int:
    """This will tell under which version a key is wrapped; raises CipherError `cipher.mismatch` for another form."""
    return _read_head(wrapped)[1]


def wrap_anew(wrapped: bytes) -> bytes:
    """This will wrap the same key for the same use under the newest version; raises CipherError as `unwrap` does."""
    context = _read_head(wrapped)[2].decode("utf-8", errors="replace")
    return wrap(unwrap(wrapped, context=context), context=context)


@contextmanager
def wrapping(*, exclusive: bool) -> Iterator[None]:
    """This will hold the lock that makers of key files share and the one who adds a version has alone.

    Both pass a gate first, one at a time: makers who come without a pause would keep the other out for ever.
    """
    folder = settings.NODE.var / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as opened:
        gate, lock = (_opened(opened, folder / name) for name in (".kek.gate", ".kek.lock"))
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(lock, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield


def _opened(opened: ExitStack, path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    opened.callback(os.close, descriptor)
    return descriptor


def _read_head(wrapped: bytes) -> tuple[int, int, bytes, int]:
    """Form, version, context, and how many bytes they take."""
    if len(wrapped) < _FIXED.size:
        raise CipherError("cipher.mismatch", "the file is too short to hold a wrapped key")
    form, version, length = _FIXED.unpack_from(wrapped)
    head_bytes = _FIXED.size + length
    if len(wrapped) < head_bytes + NONCE_BYTES + TAG_BYTES:
        raise CipherError("cipher.mismatch", "the file is too short to hold a wrapped key")
    return form, version, wrapped[_FIXED.size : head_bytes], head_bytes
