"""What was brought, a PNG, JPEG or PDF from anywhere, as grey pictures of a bounded size; nothing else is opened."""

import struct
import warnings
from collections.abc import Iterator
from io import BytesIO
from math import ceil
from typing import Final

import numpy as np
import pypdfium2
from PIL import Image, UnidentifiedImageError

from certificates.adapters.mark_reader_lattice import Grey
from certificates.core.errors import PictureError

MAX_BYTES: Final = 32 * 1024 * 1024  # a page at 600 dots per inch as PNG
MAX_PIXELS: Final = 50_000_000  # A4 at 600 dots per inch has 35 million
MAX_PAGES: Final = 8  # a licence has one or two, a file put together from several is traced by its first ones
PDF_DOTS_PER_INCH: Final = 150

_POINTS_PER_INCH: Final = 72
_SIDES: Final = (
    2400,
    4800,
)  # pixels of the longer side: reduced to the first, and where nothing is found to the second
_SMALLEST: Final = 96  # pixels: a shorter side holds no tile


def grey_pictures(data: bytes) -> Iterator[Grey]:
    """This will give the picture (or each of a PDF's first pages at 150 dpi), first small, then larger if it is large.

    Values run from 0 (black) to 255 (white). Raises PictureError (`image.bytes|format|pixels|animated|damaged`).
    """
    if len(data) > MAX_BYTES:
        raise PictureError("image.bytes", "the file has more bytes than a picture may have")
    if is_pdf(data):
        for page in _pages(data):
            yield from _sizes(page)
    else:
        yield from _sizes(_picture(data))


def is_pdf(data: bytes) -> bool:
    """This will tell whether a file says that it is a PDF."""
    return data[:1024].lstrip().startswith(b"%PDF-")


def _sizes(image: Image.Image) -> Iterator[Grey]:
    done = 0
    for side in _SIDES:
        factor = ceil(max(image.size) / side)
        if factor != done and min(image.size) // factor >= _SMALLEST:
            yield np.asarray(image.reduce(factor) if factor > 1 else image, dtype=np.float32)
        done = factor


def _picture(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the library finds odd about EXIF blocks, which nothing here reads
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
        if image.width * image.height > MAX_PIXELS:
            raise PictureError("image.pixels", "the picture has more pixels than are looked at")
        if image.format == "PNG" and getattr(image, "is_animated", False):
            raise PictureError("image.animated", "a moving picture is not a picture of a page")
        return _flat(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError("image.pixels", "the picture has more pixels than are looked at") from None
    except UnidentifiedImageError:
        raise PictureError("image.format", "neither PNG nor JPEG nor PDF") from None
    except (OSError, ValueError, SyntaxError, EOFError, struct.error):
        raise PictureError("image.damaged", "the picture cannot be read to its end") from None


def _flat(image: Image.Image) -> Image.Image:
    """Grey, on white paper where the picture is transparent."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        coloured = image.convert("RGBA")
        paper = Image.new("RGBA", coloured.size, "white")
        return Image.alpha_composite(paper, coloured).convert("L")
    return image.convert("L")


def _pages(data: bytes) -> Iterator[Image.Image]:
    scale = PDF_DOTS_PER_INCH / _POINTS_PER_INCH
    try:
        document = pypdfium2.PdfDocument(data)
        try:
            for index in range(min(len(document), MAX_PAGES)):
                wide, high = document.get_page_size(index)
                if wide * high * scale * scale > MAX_PIXELS:
                    raise PictureError("image.pixels", "a page is larger than is looked at")
                yield document[index].render(scale=scale, grayscale=True).to_pil()
        finally:
            document.close()
    except pypdfium2.PdfiumError:
        raise PictureError("image.damaged", "the PDF cannot be read") from None
