"""Giving the node another key-encryption key while it works: add a version, wrap every key file anew, drop the older versions.

Each step may be cut off anywhere and is taken up again: the versions that are there, and the one that each file names, say
what is left to do. Until the last step both versions are readable.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from certificates.adapters.kek import wrap_anew, wrapped_version, wrapping
from certificates.adapters.kek_ring import MAX_VERSION, KekRing, current_ring
from certificates.adapters.sealing import KEY_BYTES
from certificates.adapters.secret_files import file_turn, replace_secret_file
from certificates.core.errors import CipherError


@contextmanager
def kek_rotation() -> Iterator[None]:
    """This will let one rotation run at a time; raises CipherError `cipher.rotation_taken`."""
    path = settings.NODE.var / "keys" / ".rotation.lock"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CipherError("cipher.rotation_taken", "the key-encryption key is being rotated already") from error
        yield
    finally:
        os.close(descriptor)


def add_version() -> int:
    """This will make the next version unless an unfinished rotation has left one, and give the newest.

    Raises CipherError `cipher.kek_environment` where the environment holds a single version: only an operator adds one there.
    """
    # Alone: nobody is between choosing a version and having written the file that names it.
    with wrapping(exclusive=True):
        ring = current_ring()
        if len(ring.keys) > 1:
            return ring.newest
        if settings.NODE.kek_text:
            raise CipherError(
                "cipher.kek_environment",
                "add a line with the next version to HUZHENG_KEK everywhere, then run this again",
            )
        if ring.newest == MAX_VERSION:
            raise CipherError("cipher.kek_version", "there is no further version number")
        added = KekRing(keys={**ring.keys, ring.newest + 1: secrets.token_bytes(KEY_BYTES)})
        replace_secret_file(settings.NODE.kek_file, added.text())
        return added.newest


def wrap_files_anew() -> int:
    """This will wrap every key file that names an older version under the newest, and count them; raises CipherError."""
    newest = current_ring().newest
    return sum(_wrap_file(path, newest) for path in key_files())


def drop_older_versions() -> tuple[int, ...]:
    """This will drop the versions that no key file names any more, and give them.

    Raises CipherError `cipher.kek_version` where a file still names one, `cipher.kek_environment` where the operator drops it.
    """
    with wrapping(exclusive=True):
        ring = current_ring()
        older = tuple(version for version in sorted(ring.keys) if version != ring.newest)
        if any(wrapped_version(path.read_bytes()) in older for path in key_files()):
            raise CipherError("cipher.kek_version", "a key file still names an older version: run this again")
        if older and settings.NODE.kek_text:
            raise CipherError(
                "cipher.kek_environment", "done: the older lines of HUZHENG_KEK may be removed everywhere"
            )
        if older:
            replace_secret_file(settings.NODE.kek_file, KekRing(keys={ring.newest: ring.keys[ring.newest]}).text())
        return older


def key_files() -> Iterator[Path]:
    """This will give every file that holds a wrapped key."""
    yield from (settings.NODE.var / "keys").glob("*.key")
    yield from (settings.NODE.var / "vault").glob("*/*.key")


def _wrap_file(path: Path, newest: int) -> bool:
    with file_turn(path.parent):
        try:
            wrapped = path.read_bytes()
        except FileNotFoundError:
            return False  # destroyed meanwhile, and not to come back
        if wrapped_version(wrapped) == newest:
            return False
        replace_secret_file(path, wrap_anew(wrapped))
    return True
