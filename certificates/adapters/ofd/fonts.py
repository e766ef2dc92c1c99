"""The faces of a rendered PDF as font files that an OFD can carry: the very outlines that the PDF draws, named by their characters.

A PDF's subset knows glyphs by number and keeps the characters in a table beside it (ISO 32000-2 9.10.3); an OpenType file needs them inside.
"""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fontTools.fontBuilder import FontBuilder
from fontTools.misc.timeTools import epoch_diff
from fontTools.ttLib import TTFont, newTable
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.core.errors import DocumentError

_PAIR: Final = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>\s*[\r\n]")
_ENCODED_NAME: Final = "-Identity-H"
_NAMELESS: Final = {"familyName": "Huzheng", "styleName": "Regular"}
_ASCENT, _DESCENT = 880, -120  # of the Noto CJK faces, in thousandths
_MAX_DEPTH: Final = 12  # a vector image within a page is two deep


def fonts_of(pdf: bytes) -> Mapping[str, bytes]:
    """This will give a font file (OpenType or TrueType) for each face of a PDF of ours, by the name that PDFium tells.

    Equal PDFs give equal bytes. Raises DocumentError `ofd.layout` for faces that were not made by our typesetter.
    """
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    found: dict[str, Any] = {}
    kids = reader.root["/Pages"]["/Kids"]
    for index in range(len(kids)):
        for font in _fonts(_part(kids[index], "/Resources"), 0):
            found[str(font["/BaseFont"]).removeprefix("/").removesuffix(_ENCODED_NAME)] = font
    return {name: _font_file(font) for name, font in sorted(found.items())}


def characters_of(font_file: bytes) -> frozenset[str]:
    """This will give the characters that a font file draws."""
    with TTFont(io.BytesIO(font_file), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def _fonts(resources: Any, depth: int) -> Iterator[Any]:
    if depth > _MAX_DEPTH:
        raise DocumentError("ofd.layout", "the page's parts are nested too deeply")
    named = _part(resources, "/Font")
    yield from (named[name] for name in named)
    parts = _part(resources, "/XObject")
    for name in parts:
        yield from _fonts(_part(parts[name], "/Resources"), depth + 1)


def _part(dictionary: Any, key: str) -> Any:
    return dictionary[key] if key in dictionary else {}  # noqa: SIM401 - `get` would hand out the bare reference


def _font_file(font: Any) -> bytes:
    descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
    characters = _characters(font["/ToUnicode"].data)
    if "/FontFile3" in descriptor:
        return _open_type(descriptor["/FontFile3"].data, characters)
    if "/FontFile2" in descriptor:
        return _true_type(descriptor["/FontFile2"].data, characters)
    raise DocumentError("ofd.layout", "a face of the page is of a kind that cannot be carried over")


def _characters(table: bytes) -> dict[int, int]:
    """This will give the glyph of each character; of two glyphs for one, the first stands."""
    found: dict[int, int] = {}
    for glyph, text in _PAIR.findall(table):
        characters = bytes.fromhex(text.decode("ascii")).decode("utf-16-be", errors="replace")
        if len(characters) == 1:
            found.setdefault(ord(characters), int(glyph, 16))
    return found


def _open_type(data: bytes, characters: dict[int, int]) -> bytes:
    bare = newTable("CFF ")
    font = TTFont(sfntVersion="OTTO", recalcTimestamp=False)
    bare.decompile(data, font)
    top = bare.cff.topDictIndex[0]
    order = list(top.charset)
    font.setGlyphOrder(order)
    builder = FontBuilder(font=font)
    builder.setupHead(unitsPerEm=1000, created=_epoch(), modified=_epoch())
    font["CFF "] = bare
    strings = top.CharStrings
    builder.setupHorizontalMetrics({name: (_width(strings[name]), 0) for name in order})
    builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
    _finish(builder, order, characters)
    return _saved(font)


def _width(string: Any) -> int:
    string.calcBounds({})  # running the program tells the width
    return round(float(string.width))


def _true_type(data: bytes, characters: dict[int, int]) -> bytes:
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    _finish(FontBuilder(font=font), font.getGlyphOrder(), characters)
    return _saved(font)


def _finish(builder: FontBuilder, order: list[str], characters: dict[int, int]) -> None:
    last = len(order)
    builder.setupCharacterMap({code: order[glyph] for code, glyph in characters.items() if glyph < last})
    builder.setupNameTable(_NAMELESS)
    builder.setupOS2(sTypoAscender=_ASCENT, sTypoDescender=_DESCENT, usWinAscent=_ASCENT, usWinDescent=-_DESCENT)
    builder.setupMaxp()
    builder.setupPost(keepGlyphNames=False)


def _saved(font: TTFont) -> bytes:
    output = io.BytesIO()
    font.save(output, reorderTables=True)
    return output.getvalue()


def _epoch() -> int:
    moment: int = -epoch_diff  # 1970: a file's bytes must not tell when it was made
    return moment
