"""Where the text of a page stands, measured by a viewer of its own: lines, pictures, the code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import zxingcpp

MILLIMETRE = 72 / 25.4
FRAME = {True: 1.2, False: 17.0}  # of a card, of a page: nothing is written on the border, millimetres
_FOOT = 26.0  # a page's foot and a continuation's head, millimetres from the edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on a page, millimetres from the lower left corner, and what stands in it."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    def meets(self, other: "Box") -> tuple[float, float]:
        """Width and height of what both cover; negative where they are apart."""
        return (
            min(self.right, other.right) - max(self.left, other.left),
            min(self.top, other.top) - max(self.bottom, other.bottom),
        )


def lines_of(page: pypdfium2.PdfPage) -> list[Box]:
    """Every piece of a line that the viewer finds."""
    text = page.get_textpage()
    boxes = [tuple(n / MILLIMETRE for n in text.get_rect(index)) for index in range(text.count_rects())]
    return [
        Box(left=left, bottom=bottom, right=right, top=top, text=f"line {index}")
        for index, (left, bottom, right, top) in enumerate(boxes)
    ]


def pictures_of(page: pypdfium2.PdfPage) -> list[Box]:
    """The printed codes and the photos."""
    dots = 300 if page.get_width() < 300 else 150
    height = page.get_height() / MILLIMETRE
    codes = [code.position for code in zxingcpp.read_barcodes(page.render(scale=dots / 72).to_pil())]
    unit = dots / 25.4
    found = [
        Box(
            left=at.top_left.x / unit,
            right=at.top_right.x / unit,
            bottom=height - at.bottom_left.y / unit,
            top=height - at.top_left.y / unit,
            text="code",
        )
        for at in codes
    ]
    for thing in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = (n / MILLIMETRE for n in thing.get_bounds())
        found.append(Box(left=left, bottom=bottom, right=right, top=top, text="photo"))
    return found


def faults(page: pypdfium2.PdfPage, *, is_card: bool) -> Iterator[str]:
    """What is written on the border, over another line, or over a picture."""
    lines, inset = lines_of(page), FRAME[is_card]
    width, height = page.get_width() / MILLIMETRE, page.get_height() / MILLIMETRE
    for line in lines:
        if min(line.left, line.bottom, width - line.right, height - line.top) < inset - 0.2:
            yield f"{line.text} stands on the border"
    for index, line in enumerate(lines):
        for other in lines[:index]:
            across, down = line.meets(other)
            if across > 0.5 and down > max(0.35, 0.35 * min(line.top - line.bottom, other.top - other.bottom)):
                yield f"{line.text} stands on {other.text}"
    for picture in pictures_of(page):
        for line in lines:
            across, down = line.meets(picture)
            if across > 0.2 and down > 0.2:
                yield f"{line.text} stands on the {picture.text}"


def body_text(document: pypdfium2.PdfDocument, *, is_card: bool) -> str:
    """All text as it is extracted, without blanks, and without the head and foot of pages that a value may run across."""
    parts = []
    for number, page in enumerate(document):
        edge = 0 if is_card else _FOOT * MILLIMETRE
        head = edge if number else 0
        parts.append(page.get_textpage().get_text_bounded(bottom=edge, top=page.get_height() - head))
    return re.sub(r"\s", "", "".join(parts))
