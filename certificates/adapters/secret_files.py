"""Small secret files that appear whole or not at all, never replace another, and only their owner may read."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def create_secret_file(path: Path, data: bytes) -> bool:
    """This will write `data` to a new file and flush it to the disk; False where the file was already there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # A link fails where the name exists: of two creators exactly one wins, and nobody sees half a file.
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    _flush_folder(path.parent)
    return True


def replace_secret_file(path: Path, data: bytes) -> None:
    """This will put `data` in the place of a file, whole: a reader, or a crash, finds the old content or the new one.

    The caller has the folder's turn, or is the only one who writes the file.
    """
    draft = _next_of(path)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _flush_folder(path.parent)


@contextmanager
def file_turn(folder: Path) -> Iterator[None]:
    """This will let one at a time, of all processes, replace or remove files of a folder; a killed one lets go."""
    descriptor = os.open(folder / ".turn", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def remove_secret_file(path: Path) -> None:
    """This will remove the file, if there, with every draft of it that a killed process left, and flush that to the disk.

    The caller has the folder's turn.
    """
    _next_of(path).unlink(missing_ok=True)
    if path.exists():
        inode = path.stat().st_ino
        for draft in path.parent.glob(".*.draft"):
            with suppress(FileNotFoundError):  # others finish theirs meanwhile
                if draft.stat().st_ino == inode:
                    draft.unlink()
    path.unlink(missing_ok=True)
    if path.parent.exists():
        _flush_folder(path.parent)


def _next_of(path: Path) -> Path:
    """The content that is about to take the file's place: one name, so that what a crash leaves there is found again."""
    return path.with_name(f".{path.name}.next")


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
