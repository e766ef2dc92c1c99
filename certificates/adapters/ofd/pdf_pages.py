"""The same page without a second layout: what stands on the rendered PDF's pages, object by object, by way of PDFium.

The library keeps state for the whole process: one thread is in it at a time.
"""

import ctypes
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from certificates.adapters.ofd.page import IDENTITY, Item, Matrix, Outline, Page, Picture, box_of, times
from certificates.adapters.ofd.pdf_paths import clips_of, colour_of, outline_of
from certificates.adapters.ofd.pdf_text import Letters, letters_of, text_of
from certificates.core.errors import DocumentError

MILLIMETRES: Final = 25.4 / 72  # in a point of PDF
_MAX_PAGES: Final = 50  # a licence has one to three
_MAX_DEPTH: Final = 12  # of forms within forms; a vector image within a page is two deep
_OPAQUE: Final = 255

_lock = Lock()


def pages_of(pdf: bytes) -> tuple[Page, ...]:
    """This will read every page of a PDF of ours.

    Raises DocumentError `ofd.layout` where something stands on it that has no counterpart here (gradients, masks).
    """
    with _lock:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if len(document) > _MAX_PAGES:
                raise DocumentError("ofd.layout", "the document has more pages than a licence may")
            return tuple(_page(document[index]) for index in range(len(document)))
        finally:
            document.close()


def _page(page: Any) -> Page:
    width, height = page.get_size()
    base: Matrix = (MILLIMETRES, 0.0, 0.0, -MILLIMETRES, 0.0, height * MILLIMETRES)
    text_page = pdfium.FPDFText_LoadPage(page)
    try:
        reader = _Reader(letters=letters_of(text_page), base=base)
        count = pdfium.FPDFPage_CountObjects(page)
        items = tuple(reader.items(count, partial(pdfium.FPDFPage_GetObject, page), IDENTITY, (), _OPAQUE, 0))
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    return Page(width=width * MILLIMETRES, height=height * MILLIMETRES, items=tuple(map(_unclipped, items)))


class _Reader:
    """Walks through page objects; `letters` are the page's characters by text object, `base` takes points to mm."""

    def __init__(self, *, letters: dict[int, Letters], base: Matrix) -> None:
        self._letters = letters
        self._base = base

    def items(
        self, count: int, get: Callable[[int], Any], matrix: Matrix, clips: tuple[Any, ...], alpha: int, depth: int
    ) -> Iterator[Item]:
        """This will give what is drawn, in order; `matrix` takes the objects' space to the page's points."""
        if depth > _MAX_DEPTH:
            raise DocumentError("ofd.layout", "the page's parts are nested too deeply")
        for index in range(count):
            item = get(index)
            own = (*clips, *clips_of(item, times(matrix, self._base)))
            yield from self._item(item, matrix, own, alpha, depth)

    def _item(self, item: Any, matrix: Matrix, clips: tuple[Any, ...], alpha: int, depth: int) -> Iterator[Item]:
        kind = pdfium.FPDFPageObj_GetType(item)
        whole = times(_matrix_of(item), matrix)
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            fill = colour_of(item, pdfium.FPDFPageObj_GetFillColor, alpha)
            count = pdfium.FPDFFormObj_CountObjects(item)
            opacity = alpha if fill is None else fill.alpha
            get = partial(pdfium.FPDFFormObj_GetObject, item)
            yield from self.items(count, get, whole, clips, opacity, depth + 1)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            outline = outline_of(item, times(whole, self._base), alpha)
            if outline is not None:
                yield replace(outline, clips=clips)
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
            text = text_of(item, self._letters, whole=whole, base=self._base, alpha=alpha)
            if text is not None:
                yield text
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            yield _picture(item, times(whole, self._base), alpha)
        else:
            raise DocumentError("ofd.layout", "the page has a part that cannot be carried over")


def _matrix_of(item: Any) -> Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, found):
        raise DocumentError("ofd.layout", "a part of the page cannot be read")
    return found.a, found.b, found.c, found.d, found.e, found.f


def _picture(item: Any, whole: Matrix, alpha: int) -> Picture:
    # The unit square of PDF stands on its lower edge, that of OFD hangs from its upper one.
    hung: Matrix = times((1.0, 0.0, 0.0, -1.0, 0.0, 1.0), whole)
    jpeg = _jpeg_of(item)
    if jpeg is not None:
        return Picture(data=jpeg, kind="JPEG", matrix=hung, alpha=alpha)
    bitmap = pypdfium2.PdfBitmap.from_raw(pdfium.FPDFImageObj_GetBitmap(item))
    output = io.BytesIO()
    bitmap.to_pil().save(output, format="PNG", optimize=False)
    bitmap.close()
    return Picture(data=output.getvalue(), kind="PNG", matrix=hung, alpha=alpha)


def _jpeg_of(item: Any) -> bytes | None:
    """A photo travels as it came, where nothing but JPEG lies around it."""
    size = pdfium.FPDFImageObj_GetImageFilter(item, 0, None, 0)
    name = ctypes.create_string_buffer(size)
    pdfium.FPDFImageObj_GetImageFilter(item, 0, name, size)
    if pdfium.FPDFImageObj_GetImageFilterCount(item) != 1 or name.value != b"DCTDecode":
        return None
    length = pdfium.FPDFImageObj_GetImageDataRaw(item, None, 0)
    buffer = (ctypes.c_uint8 * length)()
    pdfium.FPDFImageObj_GetImageDataRaw(item, buffer, length)
    return bytes(buffer)


def _unclipped(item: Item) -> Item:
    """This will leave out those clips that cut nothing off: most are the frame of an image around its own lines."""
    if not isinstance(item, Outline) or not item.clips:
        return item
    return replace(item, clips=tuple(dict.fromkeys(clip for clip in item.clips if not _is_around(clip, item))))


def _is_around(clip: tuple[Any, ...], item: Outline) -> bool:
    left, top, right, bottom = box_of(item.commands)
    edge = 0.0 if item.stroke is None else item.stroke.width / 2
    first, upper, last, lower = box_of(clip)
    xs, ys = ({round(number, 3) for _, numbers in clip for number in numbers[start::2]} for start in (0, 1))
    is_box = len(xs) == 2 and len(ys) == 2  # noqa: PLR2004 - the two sides of a rectangle
    slack = 0.02
    return (
        is_box
        and first <= left - edge + slack
        and upper <= top - edge + slack
        and last >= right + edge - slack
        and lower >= bottom + edge - slack
    )
