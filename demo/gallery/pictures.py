"""From documents to the gallery's pictures: pages on a grey ground, a card's two faces side by side."""

from collections.abc import Sequence
from typing import Final

import pypdfium2
from PIL import Image, ImageDraw

PAGE_DPI: Final = 150
CARD_TIMES: Final = 2  # a card is small: at 150 its letters could not be read in a browser
_MOST_CARD_POINTS: Final = 300
_GROUND: Final = "#e9e7e2"
_EDGE: Final = "#c9c5bc"
_COLOURS: Final = 256
_CARD_RATIO: Final = 85.6 / 54
_CORNER_MM: Final = 3.18  # ISO/IEC 7810, ID-1


def pages_of(pdf: bytes, *, dpi: int = PAGE_DPI) -> list[Image.Image]:
    """This will draw a PDF's pages with `dpi` dots an inch, and cards with twice as many."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        wanted = dpi * (CARD_TIMES if is_card(document) else 1)
        return [document[index].render(scale=wanted / 72).to_pil().convert("RGB") for index in range(len(document))]
    finally:
        document.close()


def is_card(document: pypdfium2.PdfDocument) -> bool:
    """This will tell a card from a sheet of paper by its width."""
    width, _ = document.get_page_size(0)
    return bool(width < _MOST_CARD_POINTS)


def sheet_of(pages: Sequence[Image.Image]) -> Image.Image:
    """This will lay pages on one ground: cards side by side with round corners, sheets one below the other."""
    width, height = pages[0].size
    cards = abs(width / height - _CARD_RATIO) < _CARD_RATIO / 50
    gap = width // 40
    across, down = (len(pages), 1) if cards else (1, len(pages))
    ground = Image.new("RGB", (gap + across * (width + gap), gap + down * (height + gap)), _GROUND)
    for index, page in enumerate(pages):
        left, top = gap + (index % across) * (width + gap), gap + (index // across) * (height + gap)
        radius = round(_CORNER_MM / 85.6 * width) if cards else 0
        shape = Image.new("L", page.size, 0)
        ImageDraw.Draw(shape).rounded_rectangle((0, 0, width - 1, height - 1), radius, fill=255)
        ground.paste(page, (left, top), shape)
        outline = (left, top, left + width - 1, top + height - 1)
        ImageDraw.Draw(ground).rounded_rectangle(outline, radius, outline=_EDGE, width=max(1, width // 900))
    return ground


def palette_png(picture: Image.Image) -> Image.Image:
    """This will reduce a picture to 256 colours without dither, a fifth of its bytes: lines and flat grounds lose nothing to see."""
    # An octree keeps the few colours of a small portrait, which cutting by the median gives up for shades of the ground.
    return picture.quantize(colors=_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
