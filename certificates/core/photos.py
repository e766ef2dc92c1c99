"""The photo of a licence: the picture is sealed and printed, its digest is what is signed."""

import hashlib
import re
from typing import Final

from certificates.core.canonical import b64url
from certificates.core.field_kinds import FieldKind
from certificates.core.licence_type_model import FieldDefinition, LicenceTypeDefinition

PHOTO_NAME: Final = "photo.jpg"  # of the file that a document carries
PHOTO_MIME: Final = "image/jpeg"
MAX_PHOTO_BYTES: Final = 160 * 1024  # as handed in: in base64 it still fits a call of the API
MAX_PHOTO_PIXELS: Final = 4_000_000  # as handed in: what decoding may cost
MIN_PHOTO_SIDE: Final = 120  # pixels of the shorter side: less is no face on paper
PRINTED_SIDES: Final = (600, 441)  # pixels at most: 32 mm high (GA/T 461) at 350 dots an inch, and as wide as a couple
PHOTO_VALUE: Final = re.compile(r"sha256:[A-Za-z0-9_-]{43}", re.ASCII)


def photo_value(picture: bytes) -> str:
    """This will give the text that stands for a picture in the licence: "sha256:" and the base64url of its SHA-256."""
    return f"sha256:{b64url(hashlib.sha256(picture).digest())}"


def photo_field(definition: LicenceTypeDefinition) -> FieldDefinition | None:
    """This will give the type's one field for a photo, if it has one."""
    return next((field for field in definition.fields if field.kind is FieldKind.PHOTO), None)
