"""Files of licences in the default storage, always sealed under the certificate's key."""

import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from certificates.adapters.field_cipher import decrypt, seal


def keep_file(data: bytes, *, subject: str, place: str) -> str:
    """This will seal and store a file under a new random name, and give the name."""
    name = f"documents/{secrets.token_hex(16)}.sealed"
    return default_storage.save(name, ContentFile(seal(data, subject=subject, place=place)))


def read_file(name: str, *, subject: str, place: str) -> bytes:
    """This will open a stored file; raises CipherError."""
    with default_storage.open(name, "rb") as file:
        return decrypt(file.read(), subject=subject, place=place)


def drop_file(name: str) -> None:
    """This will remove a stored file, if there."""
    if name:
        default_storage.delete(name)
