"""Marks: what a node has seen of its own and other signed statements, kept beside its keys, out of reach of whoever writes the database.

Each is one small file, replaced whole. Losing one loses a memory, never a record.
"""

import os
import secrets
from pathlib import Path

from django.conf import settings


def write_mark(name: str, data: bytes, *, durable: bool = True) -> None:
    """This will put `data` in place of the mark at once; with `durable` it is on the disk before this returns."""
    path = settings.NODE.var / "marks" / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{name}.{secrets.token_hex(8)}.draft")
    try:
        _write(draft, data, durable)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    if durable:
        _flush(path.parent)


def _write(path: Path, data: bytes, durable: bool) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        if durable:
            file.flush()
            os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
