"""Which characters of a page somebody sees: what is drawn unseen says nothing, whatever a reader of files finds there.

Looked at is how each text is drawn, not what other drawings do to it: a picture laid over words is not noticed.
"""

import ctypes
from math import hypot
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

_DRAWN: Final = frozenset(
    {pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE}
)
_LEAST_ALPHA: Final = 16  # of 255; a watermark has some 40
_LIGHTEST: Final = 224  # of 255 in the darkest of the three colours: the paper is no darker
_LEAST_POINTS: Final = 2.0  # the smallest print of a licence has 3.8


class VisibleText:
    """This will tell of a page's characters whether somebody sees them."""

    def __init__(self, page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> None:
        """`text` is the page's own."""
        self._text = text
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        own = (pdfium.FPDFPage_GetObject(page, index) for index in range(pdfium.FPDFPage_CountObjects(page)))
        # Words in a form's space of its own are none of a licence's: there they could be cut off or shrunk out of sight.
        self._drawn = {_address(one) for one in own if _is_drawn(one)}

    def sees(self, index: int) -> bool:
        """This will tell whether the character of that index is drawn, on the page, large and dark enough."""
        own = pdfium.FPDFText_GetTextObject(self._text, index)
        return _address(own) in self._drawn and self._is_on_page(index) and self._is_dark(index, own)

    def _is_on_page(self, index: int) -> bool:
        matrix, box = pdfium.FS_MATRIX(), pdfium.FS_RECTF()
        if not pdfium.FPDFText_GetMatrix(self._text, index, matrix):
            return False
        if not pdfium.FPDFText_GetLooseCharBox(self._text, index, box):
            return False
        sides = hypot(matrix.a, matrix.b), hypot(matrix.c, matrix.d)
        scale = abs(matrix.a * matrix.d - matrix.b * matrix.c) / (max(sides) or 1)  # as wide or as high, the lesser
        across, along = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        is_inside = self._left <= across <= self._right and self._bottom <= along <= self._top
        return is_inside and pdfium.FPDFText_GetFontSize(self._text, index) * scale >= _LEAST_POINTS

    def _is_dark(self, index: int, own: Any) -> bool:
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        is_line = pdfium.FPDFTextObj_GetTextRenderMode(own) == pdfium.FPDF_TEXTRENDERMODE_STROKE
        colour_of = pdfium.FPDFText_GetStrokeColor if is_line else pdfium.FPDFText_GetFillColor
        if not colour_of(self._text, index, red, green, blue, alpha):
            return False
        return alpha.value >= _LEAST_ALPHA and min(red.value, green.value, blue.value) <= _LIGHTEST


def _is_drawn(own: Any) -> bool:
    if pdfium.FPDFPageObj_GetType(own) != pdfium.FPDF_PAGEOBJ_TEXT:
        return False
    is_cut = pdfium.FPDFClipPath_CountPaths(pdfium.FPDFPageObj_GetClipPath(own)) > 0
    return not is_cut and pdfium.FPDFTextObj_GetTextRenderMode(own) in _DRAWN


def _address(own: Any) -> int:
    return ctypes.cast(own, ctypes.c_void_p).value or 0
