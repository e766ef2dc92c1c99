"""Data keys of subjects (a certificate, a holder, a month), kept in files apart from the database and its backups.

Destroying a subject's file makes everything sealed under it unreadable for good, in old backups of the database too.
A tombstone stays, so that a destroyed key never comes back under its name in silence.
"""

import hashlib
import re
import secrets
import threading
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from certificates.adapters.kek import create_wrapped_file, read_wrapped_file
from certificates.adapters.sealing import KEY_BYTES
from certificates.adapters.secret_files import create_secret_file, file_turn, remove_secret_file
from certificates.core.errors import CipherError

_SUBJECT = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_CACHED = 256
_cache: OrderedDict[tuple[Path, int], bytes] = OrderedDict()
_lock = threading.Lock()


def create_subject_key(subject: str) -> None:
    """This will make the subject's key unless it has one; raises CipherError `cipher.erased` after a destruction."""
    path = _path(subject)
    if _tombstone(path).exists():
        raise CipherError("cipher.erased", "the subject's key was destroyed and is not made again")
    if not path.exists():
        create_wrapped_file(path, secrets.token_bytes(KEY_BYTES), context=_context(subject))


def has_subject_key(subject: str) -> bool:
    """This will tell whether the subject has a key now."""
    return _path(subject).exists()


def was_destroyed(subject: str) -> bool:
    """This will tell whether the subject's key was destroyed on purpose: a tombstone stands, which no database row can make."""
    path = _path(subject)
    return _tombstone(path).exists() and not path.exists()


def subject_key(subject: str) -> bytes:
    """This will give the subject's 32-byte key; raises CipherError `cipher.erased` where there is none."""
    path = _path(subject)
    try:
        # The file is asked for at every use: another process may have destroyed the key since it was cached here.
        known = (path, path.stat().st_ino)
    except FileNotFoundError as error:
        raise CipherError("cipher.erased", "the subject has no key, or it was destroyed") from error
    with _lock:
        if known in _cache:
            _cache.move_to_end(known)
            return _cache[known]
    try:
        key = read_wrapped_file(path, context=_context(subject))
    except FileNotFoundError as error:
        raise CipherError("cipher.erased", "the subject has no key, or it was destroyed") from error
    with _lock:
        _cache[known] = key
        while len(_cache) > _CACHED:
            _cache.popitem(last=False)
    return key


def destroy_subject_key(subject: str) -> None:
    """This will destroy the subject's key for good and leave a tombstone; doing it again changes nothing."""
    path = _path(subject)
    create_secret_file(_tombstone(path), b"")
    discard_subject_key(subject)


def discard_subject_key(subject: str) -> None:
    """This will remove a key under which nothing was stored, such as that of a licence that lost a race to be made."""
    path = _path(subject)
    if path.parent.exists():
        # Whoever writes the same key under a newer key-encryption key must not bring it back.
        with file_turn(path.parent):
            remove_secret_file(path)
    with _lock:
        for known in [entry for entry in _cache if entry[0] == path]:
            del _cache[known]


def _path(subject: str) -> Path:
    return _path_in(settings.NODE.var, subject)


@lru_cache(maxsize=2048)
def _path_in(var: Path, subject: str) -> Path:
    if _SUBJECT.fullmatch(subject) is None:
        raise CipherError("cipher.subject", "a key's subject has lower-case letters, digits and hyphens only")
    folder = hashlib.sha256(subject.encode("ascii")).hexdigest()[:2]
    return var / "vault" / folder / f"{subject}.key"


def _tombstone(path: Path) -> Path:
    return path.with_suffix(".erased")


def _context(subject: str) -> str:
    return f"vault:{subject}"
