"""Files of licences in the default storage, always sealed under the certificate's key."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from certificates.adapters.field_cipher import decrypt, seal


def keep_file(data: bytes, *, name: str, subject: str, place: str) -> None:
    """This will seal and store a file under a name that nothing else has; raises FileExistsError otherwise."""
    if default_storage.save(name, ContentFile(seal(data, subject=subject, place=place))) != name:
        raise FileExistsError("a file's name was drawn twice")


def read_file(name: str, *, subject: str, place: str) -> bytes:
    """This will open a stored file; raises CipherError."""
    with default_storage.open(name, "rb") as file:
        return decrypt(file.read(), subject=subject, place=place)


def drop_file(name: str) -> None:
    """This will remove a stored file, if there."""
    if name:
        default_storage.delete(name)
