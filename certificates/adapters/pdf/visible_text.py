"""Which characters of a page somebody sees: what is drawn unseen says nothing, whatever a reader of files finds there.

Looked at is how each text is drawn, not what other drawings do to it: a picture laid over words is not noticed.
"""

import ctypes
from dataclasses import dataclass
from math import hypot
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

_DRAWN: Final = frozenset(
    {pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE}
)
_LEAST_ALPHA: Final = 16  # of 255; a watermark has some 40
_LIGHTEST: Final = 224  # of 255 in the darkest of the three colours: the paper is no darker
_DARK: Final = 128  # of 255, as the eye weighs a ground's three colours, where light words stand upon it
_OPAQUE: Final = 240  # of 255
_CORNERS: Final = 4
_LEAST_POINTS: Final = 2.0  # the smallest print of a licence has 3.8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """A dark rectangle, and its place in the order of drawing."""

    order: int
    left: float
    bottom: float
    right: float
    top: float

    def bears(self, order: int, across: float, along: float) -> bool:
        """This will tell whether what is drawn there, then, stands upon it."""
        return self.order < order and self.left <= across <= self.right and self.bottom <= along <= self.top


class VisibleText:
    """This will tell of a page's characters whether somebody sees them."""

    def __init__(self, page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> None:
        """`text` is the page's own."""
        self._text = text
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        own = [pdfium.FPDFPage_GetObject(page, order) for order in range(pdfium.FPDFPage_CountObjects(page))]
        # Words in a form's space of its own are none of a licence's: there they could be cut off or shrunk out of sight.
        self._drawn = {_address(one): order for order, one in enumerate(own) if _is_drawn(one)}
        self._grounds = [ground for order, one in enumerate(own) if (ground := _ground(one, order)) is not None]

    def sees(self, index: int) -> bool:
        """This will tell whether the character of that index is drawn, on the page, large enough, and in another shade than its ground."""
        own = pdfium.FPDFText_GetTextObject(self._text, index)
        order = self._drawn.get(_address(own))
        box = pdfium.FS_RECTF()
        if order is None or not pdfium.FPDFText_GetLooseCharBox(self._text, index, box):
            return False
        across, along = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        is_inside = self._left <= across <= self._right and self._bottom <= along <= self._top
        return is_inside and self._is_large(index) and self._has_contrast(index, own, order, across, along)

    def _is_large(self, index: int) -> bool:
        matrix = pdfium.FS_MATRIX()
        if not pdfium.FPDFText_GetMatrix(self._text, index, matrix):
            return False
        sides = hypot(matrix.a, matrix.b), hypot(matrix.c, matrix.d)
        scale = abs(matrix.a * matrix.d - matrix.b * matrix.c) / (max(sides) or 1)  # as wide or as high, the lesser
        return bool(pdfium.FPDFText_GetFontSize(self._text, index) * scale >= _LEAST_POINTS)

    def _has_contrast(self, index: int, own: Any, order: int, across: float, along: float) -> bool:
        is_line = pdfium.FPDFTextObj_GetTextRenderMode(own) == pdfium.FPDF_TEXTRENDERMODE_STROKE
        colour_of = pdfium.FPDFText_GetStrokeColor if is_line else pdfium.FPDFText_GetFillColor
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if not colour_of(self._text, index, red, green, blue, alpha) or alpha.value < _LEAST_ALPHA:
            return False
        is_light = min(red.value, green.value, blue.value) > _LIGHTEST
        return not is_light or any(ground.bears(order, across, along) for ground in self._grounds)


def _is_drawn(own: Any) -> bool:
    if pdfium.FPDFPageObj_GetType(own) != pdfium.FPDF_PAGEOBJ_TEXT:
        return False
    is_cut = pdfium.FPDFClipPath_CountPaths(pdfium.FPDFPageObj_GetClipPath(own)) > 0
    return not is_cut and pdfium.FPDFTextObj_GetTextRenderMode(own) in _DRAWN


def _ground(own: Any, order: int) -> _Ground | None:
    if pdfium.FPDFPageObj_GetType(own) != pdfium.FPDF_PAGEOBJ_PATH or not _is_rectangle(own):
        return None
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    is_known = pdfium.FPDFPageObj_GetFillColor(own, red, green, blue, alpha)
    weighed = 0.299 * red.value + 0.587 * green.value + 0.114 * blue.value  # ITU-R BT.601
    if not is_known or alpha.value < _OPAQUE or weighed > _DARK:
        return None
    bounds = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(own, *bounds):
        return None
    left, bottom, right, top = (bound.value for bound in bounds)
    return _Ground(order=order, left=left, bottom=bottom, right=right, top=top)


def _is_rectangle(own: Any) -> bool:
    mode, is_stroked = ctypes.c_int(), ctypes.c_int()
    count = pdfium.FPDFPath_CountSegments(own)
    is_filled = pdfium.FPDFPath_GetDrawMode(own, mode, is_stroked) and mode.value != pdfium.FPDF_FILLMODE_NONE
    if not is_filled or not _CORNERS <= count <= _CORNERS + 1:
        return False
    if pdfium.FPDFClipPath_CountPaths(pdfium.FPDFPageObj_GetClipPath(own)) > 0:
        return False
    kinds = [pdfium.FPDFPathSegment_GetType(pdfium.FPDFPath_GetPathSegment(own, place)) for place in range(count)]
    return kinds[0] == pdfium.FPDF_SEGMENT_MOVETO and set(kinds[1:]) == {pdfium.FPDF_SEGMENT_LINETO}


def _address(own: Any) -> int:
    return ctypes.cast(own, ctypes.c_void_p).value or 0
