"""Security ornament: border and ground are the same for every licence of a type, the rosette and the fine lines are each licence's own."""

from cmath import exp
from functools import lru_cache
from hashlib import sha256
from math import cos, pi, sin, tau
from typing import Final

import numpy as np
from numpy.typing import NDArray

from certificates.adapters.pdf.curves import Curve, many_paths, path
from certificates.adapters.pdf.themes import COLOURS, Colours
from certificates.core.layout_kinds import FrameStyle, Paper, Theme

SIZES: Final = {  # millimetres
    Paper.A4_LANDSCAPE: (297.0, 210.0),
    Paper.A4_PORTRAIT: (210.0, 297.0),
    Paper.CARD: (85.6, 54.0),
}

_EDGE = 6.0  # outer rule
_BAND_CENTRE = 13.2
_BAND_HALF = 3.3
_CORNER_RADIUS = 6.2
_STRANDS = 6
_WAVE_LENGTH = 6.15  # of the band, millimetres
_RINGS = 22
_CARD_PANEL = 0.8  # where the fine lines begin, from the edge
_PANEL: Final = {
    FrameStyle.WOVEN: 19.0,
    FrameStyle.LATTICE: 19.0,
    FrameStyle.RULE: _EDGE + 5.4,
    FrameStyle.NONE: _CARD_PANEL,
}


def _band(length: float, *, along: complex, origin: complex, style: FrameStyle) -> list[str]:
    """Sine strands, phase-shifted; where their amplitude breathes they weave into the band known from share certificates."""
    across = along * 1j
    waves = round(length / _WAVE_LENGTH / 4) * 4 + 2

    def strand(phase: float, amplitude: float, frequency: int, breath: float) -> Curve:
        def curve(t: float) -> complex:
            swell = 1 - breath * cos(tau * t * waves / 4)
            return origin + along * t * length + across * amplitude * swell * sin(tau * t * frequency + phase)

        return curve

    if style is FrameStyle.LATTICE:
        curves = [strand(tau * i / 8, _BAND_HALF * 0.92, waves // 2, 0.0) for i in range(8)]
        return [path(c, pieces=waves * 2, start=0, end=1, closed=False) for c in curves]
    outer = [strand(tau * i / _STRANDS, _BAND_HALF * 0.8, waves, 0.22) for i in range(_STRANDS)]
    inner = [strand(pi * i, _BAND_HALF * 0.36, waves * 3 // 2, 0.22) for i in range(2)]
    return [path(c, pieces=waves * 3, start=0, end=1, closed=False) for c in outer + inner]


def _corner(centre: complex, colours: Colours) -> str:
    """A spirograph medallion covers the joint of two bands."""

    def loops(radius: float, depth: float, petals: int, phase: float) -> str:
        return path(lambda t: centre + exp(1j * t) * (radius + depth * sin(petals * t + phase)), pieces=petals * 4)

    rings = "".join(
        loops(_CORNER_RADIUS * 0.62, _CORNER_RADIUS * 0.27, 8, tau * i / 4)
        + loops(_CORNER_RADIUS * 0.3, 1.2, 6, pi * i / 2)
        for i in range(4)
    )
    x, y, line = centre.real, centre.imag, colours.line
    disc = (
        f'<circle cx="{x}" cy="{y}" r="{_CORNER_RADIUS}" fill="{colours.ground}" stroke="{line}" stroke-width="0.5"/>'
    )
    rim = f'<circle cx="{x}" cy="{y}" r="{_CORNER_RADIUS - 0.55}" fill="none" stroke="{line}" stroke-width="0.15"/>'
    return f'{disc}{rim}<path d="{rings}" fill="none" stroke="{line}" stroke-width="0.13"/>'


def _rule(size: tuple[float, float], inset: float, width: float, colour: str) -> str:
    return (
        f'<rect x="{inset}" y="{inset}" width="{size[0] - 2 * inset:g}" height="{size[1] - 2 * inset:g}" '
        f'fill="none" stroke="{colour}" stroke-width="{width}"/>'
    )


def _woven(size: tuple[float, float], style: FrameStyle, colours: Colours) -> list[str]:
    c = _BAND_CENTRE
    wide, high = size[0] - 2 * c, size[1] - 2 * c
    bands = [
        *_band(wide, along=1, origin=complex(c, c), style=style),
        *_band(wide, along=1, origin=complex(c, size[1] - c), style=style),
        *_band(high, along=1j, origin=complex(c, c), style=style),
        *_band(high, along=1j, origin=complex(size[0] - c, c), style=style),
    ]
    corners = [complex(x, y) for x in (c, size[0] - c) for y in (c, size[1] - c)]
    return [
        _rule(size, _EDGE, 1.1, colours.line),
        _rule(size, _EDGE + 1.5, 0.2, colours.line),
        _rule(size, c - _BAND_HALF, 0.25, colours.line),
        _rule(size, c + _BAND_HALF, 0.25, colours.line),
        _rule(size, c + _BAND_HALF + 1.0, 0.5, colours.deep),
        f'<path d="{"".join(bands)}" fill="none" stroke="{colours.line}" stroke-width="0.16"/>',
        *(_corner(corner, colours) for corner in corners),
    ]


@lru_cache(maxsize=64)
def frame_svg(*, paper: Paper, style: FrameStyle, theme: Theme) -> str:
    """This will draw ground and border of a page (millimetre viewBox), once per process and look."""
    size, colours = SIZES[paper], COLOURS[theme]
    card = paper is Paper.CARD
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]:g} {size[1]:g}">',
        f'<rect width="{size[0]:g}" height="{size[1]:g}" fill="{colours.ground}"/>',
    ]
    if card and style is not FrameStyle.NONE:
        parts += [_rule(size, 1.2, 0.3, colours.line), _rule(size, 1.8, 0.1, colours.line)]
    elif style is FrameStyle.RULE:
        parts += [_rule(size, _EDGE + 3, 0.9, colours.line), _rule(size, _EDGE + 4.6, 0.25, colours.deep)]
    elif style is not FrameStyle.NONE:
        parts += _woven(size, style, colours)
    return "".join((*parts, "</svg>"))


@lru_cache(maxsize=64)
def lines_svg(*, identifier: str, paper: Paper, style: FrameStyle, theme: Theme) -> str:
    """This will draw a field of fine waves over the panel, too fine for a photocopy: their run follows the identifier's SHA-256."""
    seed = [byte / 255 for byte in sha256(b"lines " + identifier.encode("utf-8")).digest()]
    (width, height), card = SIZES[paper], paper is Paper.CARD
    inset, step = (_CARD_PANEL, 1.6) if card else (_PANEL[style], 3.0)
    y = np.arange(inset + step, height - inset - 0.5, step)[:, None]
    first, second = 4 + 2 * seed[0], 1.5 + 1.5 * seed[1]
    lean, turn = 9 + 9 * seed[2], 6 + 8 * seed[3]

    def waves(t: NDArray[np.float64]) -> NDArray[np.complex128]:
        high = np.sin(tau * (t * first + seed[4]) + y / lean), np.sin(tau * (t * second + seed[5]) - y / turn)
        run: NDArray[np.complex128] = inset + t * (width - 2 * inset) + 1j * (y + 1.1 * high[0] + 0.9 * high[1])
        return run

    data = "".join(many_paths(waves, pieces=24, end=1.0, closed=False))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width * 100:g} {height * 100:g}">'
        f'<path d="{data}" fill="none" stroke="{COLOURS[theme].pale}" stroke-width="10" opacity="0.34"/></svg>'
    )


@lru_cache(maxsize=64)  # a licence's page and its copies, or its other format, have the same
def rosette_svg(*, identifier: str, theme: Theme) -> str:
    """This will draw the background rosette: its petals, twist and rim colour follow the identifier's SHA-256.

    Two licences never share one, so a page pasted together from two of them shows it to the eye.
    """
    seed = sha256(identifier.encode("utf-8")).digest()
    petals, minor = 7 + seed[0] % 6, 11 + seed[1] % 9
    twist, depth = 0.25 + seed[2] / 510, 9 + seed[3] % 6
    colours = COLOURS[theme]
    rim = colours.rims[seed[4] % len(colours.rims)]
    inner, outer = (tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in (colours.middle, rim))
    share = np.linspace(0, 1, _RINGS)[:, None]
    turn = twist * share * tau / petals * 3
    radius, swing = 11 + 58 * share, depth * (0.3 + 0.7 * share) * (1 - 0.35 * np.sin(pi * share))

    def rings(t: NDArray[np.float64]) -> NDArray[np.complex128]:
        r = radius + swing * (0.62 * np.sin(petals * (t + turn)) + 0.2 * np.sin(minor * t - turn * 5))
        turned: NDArray[np.complex128] = r * np.exp(1j * t)
        return turned

    strokes = (
        "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip(inner, outer, strict=True))
        for part in share[:, 0]
    )
    body = "".join(
        f'<path d="{data}" stroke="{stroke}"/>'
        for data, stroke in zip(many_paths(rings, pieces=minor * 5), strokes, strict=True)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-9000 -9000 18000 18000">'
        f'<g fill="none" stroke-width="17" opacity="0.42">{body}</g></svg>'
    )
