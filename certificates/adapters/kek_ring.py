"""The versions of the node's key-encryption key: lines `<version> <base64 of 32 bytes>`, in a file or the environment.

The highest version wraps; all listed ones unwrap. The file is replaced whole, and every process sees that at its next use.
"""

import binascii
import os
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from certificates.adapters.sealing import KEY_BYTES
from certificates.core.errors import CipherError

MAX_VERSION: Final = 0xFFFF  # two bytes in every wrapped key
_MAX_TEXT: Final = 64 * 1024  # over a thousand keys of one line each


@dataclass(frozen=True, slots=True, kw_only=True)
class KekRing:
    """This will hold every key-encryption key that is readable now, by version."""

    keys: Mapping[int, bytes] = field(repr=False)

    @property
    def newest(self) -> int:
        """This will give the version that wraps."""
        return max(self.keys)

    def text(self) -> bytes:
        """This will give the lines of the file."""
        return b"".join(b"%d %s\n" % (version, b64encode(key)) for version, key in sorted(self.keys.items()))


def current_ring() -> KekRing:
    """This will give the versions as they are now; raises CipherError `cipher.no_kek`."""
    if settings.NODE.kek_text:
        return parse_ring(settings.NODE.kek_text.encode("utf-8"))
    path = settings.NODE.kek_file
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise CipherError("cipher.no_kek", "the node has no key-encryption key: run manage.py init_node") from error
    return _ring_of(path, found.st_ino, found.st_mtime_ns)


@lru_cache(maxsize=8)
def parse_ring(text: bytes) -> KekRing:
    """This will read the lines; raises CipherError `cipher.no_kek` where they are not of the one form."""
    keys: dict[int, bytes] = {}
    for line in text[:_MAX_TEXT].splitlines():
        number, _, encoded = line.partition(b" ")
        if not (number.isdigit() and 0 < int(number) <= MAX_VERSION and int(number) not in keys):
            raise _malformed()
        try:
            keys[int(number)] = binascii.a2b_base64(encoded, strict_mode=True)
        except ValueError as error:
            raise _malformed() from error
    if not keys or any(len(key) != KEY_BYTES for key in keys.values()):
        raise _malformed()
    return KekRing(keys=keys)


@lru_cache(maxsize=8)  # the file is replaced, never written into: another inode or time is another content
def _ring_of(path: Path, inode: int, changed: int) -> KekRing:
    descriptor = os.open(path, os.O_RDONLY)
    with os.fdopen(descriptor, "rb") as file:
        return parse_ring(file.read(_MAX_TEXT))


def _malformed() -> CipherError:
    return CipherError(
        "cipher.no_kek", "the key-encryption key is not stated as lines of version and 32 bytes in base64"
    )
