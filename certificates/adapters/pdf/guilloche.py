"""Security ornament: the woven frame is the same for every licence, the rosette behind the text is each licence's own."""

from cmath import exp
from functools import cache
from hashlib import sha256
from math import cos, pi, sin, tau

from certificates.adapters.pdf.curves import Curve, path

PAGE_WIDTH = 297.0  # millimetres, A4 landscape
PAGE_HEIGHT = 210.0

_GOLD = "#a8862f"
_GOLD_DEEP = "#8c6b1f"
_GOLD_PALE = "#d9c48c"
_PAPER = "#fdfbf4"

_EDGE = 6.0  # outer rule
_BAND_CENTRE = 13.2
_BAND_HALF = 3.3
_CORNER_RADIUS = 6.2
_STRANDS = 6


def _strands(length: float, *, along: complex, origin: complex, waves: int) -> list[str]:
    """Sine strands, phase-shifted, whose amplitude breathes: they weave into the band known from share certificates."""
    across = along * 1j

    def strand(phase: float, amplitude: float, frequency: int) -> Curve:
        def curve(t: float) -> complex:
            swell = 1 - 0.22 * cos(tau * t * waves / 4)
            return origin + along * t * length + across * amplitude * swell * sin(tau * t * frequency + phase)

        return curve

    pieces = waves * 3
    outer = [strand(tau * i / _STRANDS, _BAND_HALF * 0.8, waves) for i in range(_STRANDS)]
    inner = [strand(pi * i, _BAND_HALF * 0.36, waves * 3 // 2) for i in range(2)]
    return [path(c, pieces=pieces, start=0, end=1, closed=False) for c in outer + inner]


def _corner(centre: complex) -> str:
    """A spirograph medallion covers the joint of two bands."""

    def loops(radius: float, depth: float, petals: int, phase: float) -> str:
        return path(lambda t: centre + exp(1j * t) * (radius + depth * sin(petals * t + phase)), pieces=petals * 4)

    rings = "".join(
        loops(_CORNER_RADIUS * 0.62, _CORNER_RADIUS * 0.27, 8, tau * i / 4)
        + loops(_CORNER_RADIUS * 0.3, 1.2, 6, pi * i / 2)
        for i in range(4)
    )
    disc = f'<circle cx="{centre.real}" cy="{centre.imag}" r="{_CORNER_RADIUS}" fill="{_PAPER}" stroke="{_GOLD}" stroke-width="0.5"/>'
    rim = f'<circle cx="{centre.real}" cy="{centre.imag}" r="{_CORNER_RADIUS - 0.55}" fill="none" stroke="{_GOLD}" stroke-width="0.15"/>'
    return f'{disc}{rim}<path d="{rings}" fill="none" stroke="{_GOLD}" stroke-width="0.13"/>'


def _rule(inset: float, width: float, colour: str) -> str:
    return (
        f'<rect x="{inset}" y="{inset}" width="{PAGE_WIDTH - 2 * inset}" height="{PAGE_HEIGHT - 2 * inset}" '
        f'fill="none" stroke="{colour}" stroke-width="{width}"/>'
    )


def _fine_lines() -> str:
    """A field of parallel waves over the panel, fine enough to break up in a photocopy."""
    left, right = 19.0, PAGE_WIDTH - 19.0
    rows = [22.5 + 3.0 * index for index in range(55)]

    def wave(y: float) -> Curve:
        return lambda t: complex(
            left + t * (right - left), y + 1.1 * sin(tau * t * 5 + y / 13) + 0.9 * sin(tau * t * 2 - y / 9)
        )

    lines = "".join(path(wave(y), pieces=24, start=0, end=1, closed=False) for y in rows)
    return f'<path d="{lines}" fill="none" stroke="{_GOLD_PALE}" stroke-width="0.1" opacity="0.32"/>'


@cache
def frame_svg() -> str:
    """This will draw the whole page's frame (millimetre viewBox), once per process."""
    c = _BAND_CENTRE
    wide, high = PAGE_WIDTH - 2 * c, PAGE_HEIGHT - 2 * c
    strands = [
        *_strands(wide, along=1, origin=complex(c, c), waves=44),
        *_strands(wide, along=1, origin=complex(c, PAGE_HEIGHT - c), waves=44),
        *_strands(high, along=1j, origin=complex(c, c), waves=30),
        *_strands(high, along=1j, origin=complex(PAGE_WIDTH - c, c), waves=30),
    ]
    corners = [complex(x, y) for x in (c, PAGE_WIDTH - c) for y in (c, PAGE_HEIGHT - c)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PAGE_WIDTH:g} {PAGE_HEIGHT:g}">',
        f'<rect width="{PAGE_WIDTH:g}" height="{PAGE_HEIGHT:g}" fill="{_PAPER}"/>',
        _fine_lines(),
        _rule(_EDGE, 1.1, _GOLD),
        _rule(_EDGE + 1.5, 0.2, _GOLD),
        _rule(c - _BAND_HALF, 0.25, _GOLD),
        _rule(c + _BAND_HALF, 0.25, _GOLD),
        _rule(c + _BAND_HALF + 1.0, 0.5, _GOLD_DEEP),
        f'<path d="{"".join(strands)}" fill="none" stroke="{_GOLD}" stroke-width="0.16"/>',
        *(_corner(corner) for corner in corners),
        "</svg>",
    ]
    return "".join(parts)


def rosette_svg(identifier: str) -> str:
    """This will draw the background rosette: its petals, twist and colours follow the identifier's SHA-256.

    Two licences never share one, so a page pasted together from two of them shows it to the eye.
    """
    seed = sha256(identifier.encode("utf-8")).digest()
    petals, minor = 7 + seed[0] % 6, 11 + seed[1] % 9
    twist, depth = 0.25 + seed[2] / 510, 9 + seed[3] % 6
    palettes = (("#c9a544", "#b9704f"), ("#c9a544", "#7f9a63"), ("#c9a544", "#6f93a6"), ("#b98b4a", "#a9779a"))
    inner, outer = (tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in palettes[seed[4] % len(palettes)])
    rings = 22

    def ring(index: int) -> str:
        share = index / (rings - 1)
        radius, swing = 11 + 58 * share, (depth * (0.3 + 0.7 * share)) * (1 - 0.35 * sin(pi * share))
        turn = twist * share * tau / petals * 3

        def curve(t: float) -> complex:
            r = radius + swing * 0.62 * sin(petals * t + turn * petals) + swing * 0.2 * sin(minor * t - turn * 5)
            return exp(1j * t) * r

        colour = "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(inner, outer, strict=True))
        return f'<path d="{path(curve, pieces=minor * 5)}" stroke="{colour}"/>'

    body = "".join(ring(index) for index in range(rings))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-90 -90 180 180">'
        f'<g fill="none" stroke-width="0.17" opacity="0.6">{body}</g></svg>'
    )
