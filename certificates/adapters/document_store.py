"""Files of licences in the default storage, a folder or an S3-compatible store, always sealed under the certificate's key."""

import hashlib
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from certificates.adapters.field_cipher import decrypt, seal
from certificates.core.errors import DocumentError, DocumentWaitsError

FOLDER: Final = "documents"

_log = logging.getLogger(__name__)


def keep_file(data: bytes, *, name: str, subject: str, place: str) -> None:
    """This will seal and store a file under a name that nothing else has; raises FileExistsError otherwise.

    A store that is full or out of reach raises DocumentWaitsError `document.storage`; what it holds of the file by then is removed.
    """
    sealed = ContentFile(seal(data, subject=subject, place=place))
    try:
        with _reachable():
            kept_as = default_storage.save(name, sealed)
    except DocumentWaitsError:
        drop_file(name)
        raise
    if kept_as != name:
        drop_file(kept_as)
        raise FileExistsError("a file's name was drawn twice")


def read_file(name: str, *, digest: str, subject: str, place: str) -> bytes:
    """This will open a stored file, if its clear bytes are those of the SHA-256 `digest` (hex) that its row keeps.

    Raises CipherError, DocumentError `document.file_missing`, `document.altered` (another file of the same row, such as an earlier one put
    back in its place), DocumentWaitsError `document.storage`.
    """
    with _reachable(), default_storage.open(name, "rb") as file:
        sealed: bytes = file.read()
    data = decrypt(sealed, subject=subject, place=place)
    if hashlib.sha256(data).hexdigest() != digest:
        raise DocumentError("document.altered", "the stored file is not the one that was made")
    return data


def drop_file(name: str) -> None:
    """This will remove a stored file, if there; one that cannot be removed now is left to the sweep of files."""
    if not name:
        return
    try:
        with _reachable():
            default_storage.delete(name)
    except DocumentWaitsError:
        _log.warning("a file that is not needed could not be removed; the sweep of files will")


def stored_files() -> tuple[str, ...]:
    """This will list the names of all stored files; raises DocumentWaitsError `document.storage`."""
    try:
        with _reachable():
            names = default_storage.listdir(FOLDER)[1]
    except DocumentError as error:
        if error.code == "document.file_missing":
            return ()  # nothing was stored yet
        raise
    return tuple(f"{FOLDER}/{name}" for name in names)


def stored_at(name: str) -> datetime:
    """This will tell (aware) when a file was written; raises DocumentError `document.file_missing`, DocumentWaitsError `document.storage`."""
    with _reachable():
        return default_storage.get_modified_time(name)


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, SuspiciousFileOperation) as error:  # the latter: a name that leads out of the folder
        raise DocumentError("document.file_missing", "the store has no such file") from error
    except _failures() as error:
        raise DocumentWaitsError("document.storage", "the store of files is full or out of reach") from error


def _failures() -> tuple[type[Exception], ...]:
    # Loaded by the remote storage itself; a node with a folder never loads the library.
    library = sys.modules.get("botocore.exceptions")
    return (OSError, library.BotoCoreError, library.ClientError) if library else (OSError,)
