"""An agency's seal as a picture of dots: decoded within bounds and encoded anew."""

import io
from typing import Final

from PIL import Image

from accounts.core.errors import RecordError
from accounts.core.seal_outlines import WIDTH_TO_HEIGHT

MAX_PNG_BYTES: Final = 256 * 1024  # 42 mm at 600 dots an inch in two colours take 60 KiB
MIN_SIDE: Final = 300  # pixels: less is no print
MAX_SIDE: Final = 1400  # more is wasted on 44 mm
CLEAR_SHARE: Final = (
    0.4  # of the dots, at least: a seal is pressed over its agency's name and the date, and hides neither
)
CLEAR_ALPHA: Final = 25  # of 255: what a scan's cut-out leaves behind counts as clear


def seal_raster(data: bytes) -> bytes:
    """This will give a PNG (RGBA) without texts, profiles or other chunks.

    Raises RecordError `agency.seal_size|seal_format|seal_opaque`.
    """
    if len(data) > MAX_PNG_BYTES:
        raise RecordError("agency.seal_size", "the picture is larger than 256 KiB")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as opened:
            width, height = opened.size
            low, high = WIDTH_TO_HEIGHT
            if min(width, height) < MIN_SIDE or max(width, height) > MAX_SIDE or not low <= width / height <= high:
                raise RecordError(
                    "agency.seal_size", "the picture has 300 to 1400 pixels a side, about as high as wide"
                )
            coloured = opened.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise RecordError("agency.seal_format", "the file is no readable PNG") from error
    if sum(coloured.getchannel("A").histogram()[: CLEAR_ALPHA + 1]) < CLEAR_SHARE * width * height:
        raise RecordError("agency.seal_opaque", "the picture hides what it is printed over")
    plain = Image.frombytes("RGBA", coloured.size, coloured.tobytes())
    target = io.BytesIO()
    plain.save(target, "PNG", optimize=True)
    return target.getvalue()
