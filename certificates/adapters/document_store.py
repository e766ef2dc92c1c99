"""Files of licences in the default storage, always sealed under the certificate's key."""

from contextlib import suppress

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from certificates.adapters.field_cipher import decrypt, seal
from certificates.core.errors import DocumentWaitsError


def keep_file(data: bytes, *, name: str, subject: str, place: str) -> None:
    """This will seal and store a file under a name that nothing else has; raises FileExistsError otherwise.

    A store that is full or out of reach raises DocumentWaitsError `document.storage`; what it holds of the file by then is removed.
    """
    sealed = ContentFile(seal(data, subject=subject, place=place))
    try:
        kept_as = default_storage.save(name, sealed)
    except OSError as error:
        with suppress(OSError):
            default_storage.delete(name)
        raise DocumentWaitsError("document.storage", "the store of files is full or out of reach") from error
    if kept_as != name:
        default_storage.delete(kept_as)
        raise FileExistsError("a file's name was drawn twice")


def read_file(name: str, *, subject: str, place: str) -> bytes:
    """This will open a stored file; raises CipherError."""
    with default_storage.open(name, "rb") as file:
        return decrypt(file.read(), subject=subject, place=place)


def drop_file(name: str) -> None:
    """This will remove a stored file, if there."""
    if name:
        default_storage.delete(name)
