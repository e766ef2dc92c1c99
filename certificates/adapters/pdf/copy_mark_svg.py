"""The copy mark as drawn: a screen of fine dots under everything else, each a third of the pitch to one side or the other.

A dot's side is its cell's sign. Dots stand in rows turned by 30 degrees, away from text lines, frames and the blocks of
JPEG; a row is one dashed line, so that thousands of dots take a few kilobytes.
"""

from functools import lru_cache
from math import ceil, cos, floor, pi, sin
from typing import Final

from certificates.core.copy_mark import TILE_SIDE, mark_tile

TURN: Final = pi / 6
SHIFT: Final = 1 / 6  # of the pitch, to either side of the cell's centre
_PAGE_MM: Final = (2.0, 0.22)  # pitch, and diameter of a dot
_CARD_MM: Final = (1.4, 0.18)
_CARD_BELOW_MM: Final = 120.0  # a page with a shorter side below this is a card: half of it must hold a tile

_ON: Final = 0.01  # a dash of no length to speak of with round ends is a dot
_LINES_A_ROW: Final = 2  # widespread renderers keep 32 numbers of a dash array: 16 dots


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"


def _dashes(signs: tuple[int, ...], pitch: float, first: int) -> tuple[float, str]:
    """Where the line's first dot stands, and the dash array that comes full circle after one tile."""
    dots = list(enumerate(signs))[first::_LINES_A_ROW]
    places = [round((column + 0.5 + SHIFT * sign) * pitch, 3) for column, sign in dots]
    ends = [*places[1:], places[0] + len(signs) * pitch]
    return places[0], " ".join(f"{_ON} {_number(end - start - _ON)}" for start, end in zip(places, ends, strict=True))


def _span(y: float, half_width: float, half_height: float) -> tuple[float, float] | None:
    """From where to where a turned row at height `y` runs over the page whose centre is the origin."""
    c, s = cos(TURN), sin(TURN)
    # A point x along the row is (x c - y s, x s + y c) on the page.
    low = max((-half_width + y * s) / c, (-half_height - y * c) / s)
    high = min((half_width + y * s) / c, (half_height - y * c) / s)
    return (low, high) if low < high else None


def _path(spans: list[tuple[float, float, float]], first: float, dashes: str) -> str:
    """All lines of one pattern: the pattern begins anew with each."""
    moves = "".join(f"M{_number(x + first)} {_number(y)}H{_number(end)}" for x, y, end in spans if x + first < end)
    return f'<path d="{moves}" stroke-dasharray="{dashes}"/>' if moves else ""


@lru_cache(maxsize=8)
def mark_svg(*, number: int, width_mm: float, height_mm: float, colour: str = "#8c6b1f") -> str:
    """This will draw a 48-bit number's mark over a whole page as an SVG (millimetre viewBox), to lie under all else.

    Raises ValueError where the number has more than 48 bits.
    """
    pitch, dot = _CARD_MM if min(width_mm, height_mm) < _CARD_BELOW_MM else _PAGE_MM
    tile = pitch * TILE_SIDE
    half_width, half_height = width_mm / 2, height_mm / 2
    reach = ceil((half_width * sin(TURN) + half_height * cos(TURN)) / pitch)
    rows: list[list[tuple[float, float, float]]] = [[] for _ in range(TILE_SIDE)]  # tile's start, height, end
    for row in range(-reach, reach):
        y = (row + 0.5) * pitch
        span = _span(y, half_width, half_height)
        if span:
            rows[row % TILE_SIDE].append((floor(span[0] / tile) * tile, y, span[1]))
    paths = "".join(
        _path(spans, *_dashes(signs, pitch, first))
        for signs, spans in zip(mark_tile(number), rows, strict=True)
        for first in range(_LINES_A_ROW)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-half_width:g} {-half_height:g} {width_mm:g} {height_mm:g}">'
        f'<g transform="rotate({TURN * 180 / pi:g})" fill="none" stroke="{colour}" stroke-width="{dot}" '
        f'stroke-linecap="round">{paths}</g></svg>'
    )
