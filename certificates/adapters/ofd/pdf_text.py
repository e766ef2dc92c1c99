"""Text of a PDF's page with the place of every character, as PDFium tells it."""

import ctypes
from dataclasses import dataclass, field
from typing import Any, Final

import pypdfium2.raw as pdfium

from certificates.adapters.ofd.page import Matrix, Text, applied, times
from certificates.adapters.ofd.pdf_paths import colour_of, number_of, stroke_of
from certificates.core.errors import DocumentError

_HIGH: Final = range(0xD800, 0xDC00)
_MOST_NAME: Final = 256  # bytes of a face's name; ours have 30
_STROKED: Final = frozenset({1, 2})  # text rendering modes of ISO 32000-2 table 104
_FILLED: Final = frozenset({0, 2})
_INVISIBLE: Final = 3


@dataclass(slots=True)
class Letters:
    """This will gather the characters of one text object and their origins, in points of the page."""

    characters: list[str] = field(default_factory=list)
    origins: list[tuple[float, float]] = field(default_factory=list)


def letters_of(text_page: Any) -> dict[int, Letters]:
    """This will give the characters of every text object, by its address; those that PDFium made up are left out."""
    found: dict[int, Letters] = {}
    x, y = ctypes.c_double(), ctypes.c_double()
    high = 0
    for index in range(pdfium.FPDFText_CountChars(text_page)):
        if pdfium.FPDFText_IsGenerated(text_page, index):
            continue
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if code in _HIGH:  # a character beyond U+FFFF comes in two halves at one place
            high = code
            continue
        character = (
            chr(code) if not high else (chr(high) + chr(code)).encode("utf-16", "surrogatepass").decode("utf-16")
        )
        high = 0
        pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
        letters = found.setdefault(_address(pdfium.FPDFText_GetTextObject(text_page, index)), Letters())
        letters.characters.append(character)
        letters.origins.append((x.value, y.value))
    return found


def text_of(item: Any, letters: dict[int, Letters], *, whole: Matrix, base: Matrix, alpha: int) -> Text | None:
    """This will give a text object; None for one that shows nothing. `whole` takes its space to points, `base` points to mm."""
    mode = pdfium.FPDFTextObj_GetTextRenderMode(item)
    found = letters.get(_address(item))
    if found is None or mode == _INVISIBLE or not "".join(found.characters).strip():
        return None
    if mode not in _STROKED | _FILLED:
        raise DocumentError("ofd.layout", "a text of the page is drawn in a way that cannot be carried over")
    scale = abs(base[0])
    # Of the object's space in points, y upwards, to the page in mm, y downwards; lengths of the line itself in mm.
    line: Matrix = times((1 / scale, 0.0, 0.0, -1 / scale, 0.0, 0.0), times(whole, base))
    return Text(
        font=_font_name(item),
        size=number_of(pdfium.FPDFTextObj_GetFontSize, item) * scale,
        characters="".join(found.characters),
        offsets=_offsets(found.origins, line, base),
        matrix=line,
        fill=colour_of(item, pdfium.FPDFPageObj_GetFillColor, alpha) if mode in _FILLED else None,
        stroke=stroke_of(item, times(whole, base), alpha) if mode in _STROKED else None,
    )


def _offsets(origins: list[tuple[float, float]], line: Matrix, base: Matrix) -> tuple[float, ...]:
    a, b, c, d, e, f = line
    turn = a * d - b * c
    if not turn:
        raise DocumentError("ofd.layout", "a text of the page has no extent")
    found = []
    for origin in origins:
        x, y = applied(base, *origin)
        found.append((d * (x - e) - c * (y - f)) / turn)
    return tuple(found)


def _font_name(item: Any) -> str:
    name = ctypes.create_string_buffer(_MOST_NAME)
    pdfium.FPDFFont_GetBaseFontName(pdfium.FPDFTextObj_GetFont(item), name, _MOST_NAME)
    return name.value.decode("ascii", errors="replace")


def _address(handle: Any) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0
