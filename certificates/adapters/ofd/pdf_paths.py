"""Paths, colours and clips of a PDF's page objects, as PDFium tells them."""

import ctypes
from collections.abc import Callable, Iterator
from math import sqrt
from typing import Any, Final

import pypdfium2.raw as pdfium

from certificates.adapters.ofd.page import Colour, Command, Matrix, Outline, Stroke, applied
from certificates.core.errors import DocumentError

_CAPS: Final = {0: "Butt", 1: "Round", 2: "Square"}
_JOINS: Final = {0: "Miter", 1: "Round", 2: "Bevel"}
_OPAQUE: Final = 255
_HAIR: Final = 0.05  # mm: what PDF draws as the thinnest line there is


def number_of(function: Callable[..., int], item: Any) -> float:
    """This will ask for one number of an object."""
    value = ctypes.c_float()
    if not function(item, value):
        raise DocumentError("ofd.layout", "a part of the page cannot be read")
    return value.value


def colour_of(item: Any, function: Callable[..., int], alpha: int) -> Colour | None:
    """This will ask for the fill or stroke colour, thinned by the opacity of what stands around it."""
    red, green, blue, own = (ctypes.c_uint() for _ in range(4))
    if not function(item, red, green, blue, own):
        return None
    return Colour(red=red.value, green=green.value, blue=blue.value, alpha=round(own.value * alpha / _OPAQUE))


def stroke_of(item: Any, matrix: Matrix, alpha: int) -> Stroke:
    """This will give how the object's line is drawn; `matrix` takes its space to mm."""
    colour = colour_of(item, pdfium.FPDFPageObj_GetStrokeColor, alpha)
    if colour is None:
        raise DocumentError("ofd.layout", "a line on the page has no plain colour")
    a, b, c, d, *_ = matrix
    scale = sqrt(abs(a * d - b * c))
    return Stroke(
        colour=colour,
        width=max(number_of(pdfium.FPDFPageObj_GetStrokeWidth, item) * scale, _HAIR),
        cap=_CAPS[pdfium.FPDFPageObj_GetLineCap(item)],  # type: ignore[arg-type]  # three names of a closed table
        join=_JOINS[pdfium.FPDFPageObj_GetLineJoin(item)],  # type: ignore[arg-type]  # as above
        dash=tuple(length * scale for length in _dashes(item)),
    )


def outline_of(item: Any, matrix: Matrix, alpha: int) -> Outline | None:
    """This will give a path object; None for one that draws nothing."""
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(item, mode, stroked):
        raise DocumentError("ofd.layout", "a part of the page cannot be read")
    commands = tuple(_commands(pdfium.FPDFPath_CountSegments(item), _segment_getter(item), matrix))
    fill = colour_of(item, pdfium.FPDFPageObj_GetFillColor, alpha) if mode.value else None
    if not commands or (not mode.value and not stroked.value):
        return None
    if mode.value and fill is None:
        raise DocumentError("ofd.layout", "an area of the page has no plain colour")
    return Outline(
        commands=commands,
        fill=fill,
        even_odd=mode.value == pdfium.FPDF_FILLMODE_ALTERNATE,
        stroke=stroke_of(item, matrix, alpha) if stroked.value else None,
    )


def clips_of(item: Any, matrix: Matrix) -> tuple[tuple[Command, ...], ...]:
    """This will give the paths that an object is cut to; `matrix` takes the space around the object to mm."""
    clip = pdfium.FPDFPageObj_GetClipPath(item)
    count = pdfium.FPDFClipPath_CountPaths(clip) if clip else 0
    found = []
    for index in range(max(count, 0)):
        segments = pdfium.FPDFClipPath_CountPathSegments(clip, index)
        found.append(tuple(_commands(segments, _clip_getter(clip, index), matrix)))
    return tuple(commands for commands in found if commands)


def _segment_getter(item: Any) -> Callable[[int], Any]:
    return lambda index: pdfium.FPDFPath_GetPathSegment(item, index)


def _clip_getter(clip: Any, path: int) -> Callable[[int], Any]:
    return lambda index: pdfium.FPDFClipPath_GetPathSegment(clip, path, index)


def _commands(count: int, get: Callable[[int], Any], matrix: Matrix) -> Iterator[Command]:
    x, y = ctypes.c_float(), ctypes.c_float()
    bend: list[float] = []
    for index in range(count):
        segment = get(index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = applied(matrix, x.value, y.value)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            bend += point
            if len(bend) == 6:  # noqa: PLR2004 - two control points and the end
                yield "C", tuple(bend)
                bend = []
        else:
            yield "M" if kind == pdfium.FPDF_SEGMENT_MOVETO else "L", point
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield "Z", ()


def _dashes(item: Any) -> Iterator[float]:
    count = pdfium.FPDFPageObj_GetDashCount(item)
    if count > 0:
        lengths = (ctypes.c_float * count)()
        pdfium.FPDFPageObj_GetDashArray(item, lengths, count)
        yield from lengths
