"""A photo as it is kept: decoded within bounds and encoded anew, so that nothing but the picture itself goes on."""

import io
import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from PIL import Image
from PIL.ExifTags import Base

from certificates.core.errors import IssueError
from certificates.core.photos import MAX_PHOTO_BYTES, MAX_PHOTO_PIXELS, MIN_PHOTO_SIDE, PRINTED_SIDES

_FORMATS: Final = ("JPEG", "PNG")
_QUALITY: Final = 90
# How the camera was held -> what sets the picture upright (JEITA CP-3451, tag 274). Read and done here: the library's own way writes
# the camera's data anew first, and fails at data of the wrong type.
_UPRIGHT: Final[Mapping[object, Image.Transpose]] = MappingProxyType(
    {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
)


def normalised_photo(data: bytes) -> bytes:
    """This will give a JPEG (RGB, upright, at most 600 x 441 pixels) without camera data, colour profiles or comments.

    Taken are JPEG and PNG of at most 160 KiB and 4 million pixels, 120 on the shorter side at least.
    Raises IssueError `issue.photo_size` or `issue.photo_format`.
    """
    if len(data) > MAX_PHOTO_BYTES:
        raise IssueError("issue.photo_size", "a photo has 160 KiB at most")
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            width, height = opened.size  # from the header: nothing is decoded yet
            if width * height > MAX_PHOTO_PIXELS or min(width, height) < MIN_PHOTO_SIDE:
                raise IssueError("issue.photo_size", "a photo has 120 pixels a side at least, 4 million in all at most")
            turn = _UPRIGHT.get(opened.getexif().get(Base.Orientation))
            picture = _plain(opened if turn is None else opened.transpose(turn))
    except (OSError, SyntaxError, ValueError, struct.error, Image.DecompressionBombError) as error:
        raise IssueError("issue.photo_format", "the photo is no readable JPEG or PNG") from error
    picture.thumbnail(PRINTED_SIDES, Image.Resampling.LANCZOS)
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=_QUALITY, subsampling=0)
    return target.getvalue()


def _plain(picture: Image.Image) -> Image.Image:
    """Pixels alone, on white where the original is transparent: a fresh picture has none of the old one's extras."""
    coloured = picture.convert("RGBA")
    ground = Image.new("RGB", coloured.size, "white")
    ground.paste(coloured, mask=coloured.getchannel("A"))
    return ground
