"""The agency's round red seal (公章) as vector outlines: a five-pointed star, the name on an arc, the number below."""

from cmath import exp
from functools import lru_cache
from math import pi

from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.svgPathPen import SVGPathPen

from certificates.adapters.pdf.curves import point
from certificates.adapters.pdf.fonts import serif_font
from certificates.core.errors import DocumentError

_RED = "#c8161d"
_RADIUS = 21.0  # millimetres: 42 mm across, the size prescribed for organs at and below county level is 42 mm
_NAME_RADIUS = 17.9  # of the characters' tops
_NUMBER_RADIUS = 18.2  # of the digits' feet
_MIN_NAME, _MAX_NAME = 2, 32  # what can be read around a seal of 40 mm
_UNITS = 1000.0


@lru_cache(maxsize=1024)
def _outline(character: str) -> tuple[str, float, float, float]:
    """Path data in font units, then left edge, right edge and advance."""
    with serif_font() as font:
        name = font.getBestCmap().get(ord(character))
        if name is None:
            raise DocumentError("pdf.glyphs_missing", "the seal's text has a character that the font cannot draw")
        glyphs = font.getGlyphSet()
        pen, bounds = SVGPathPen(glyphs, ntos=lambda value: f"{value:g}"), BoundsPen(glyphs)
        glyphs[name].draw(pen)
        glyphs[name].draw(bounds)
        left, _, right, _ = bounds.bounds or (0, 0, 0, 0)
        return pen.getCommands(), left, right, glyphs[name].width


def _placed(character: str, *, matrix: tuple[float, float, float, float, float, float]) -> str:
    data = _outline(character)[0]
    return f'<path transform="matrix({" ".join(f"{n:.5f}" for n in matrix)})" d="{data}"/>' if data else ""


def _turned(character: str, *, at: complex, angle: float, width: float, height: float) -> str:
    """Place a glyph with the middle of its foot at `at`, turned by `angle`; `width`, `height` in mm per em."""
    advance = _outline(character)[3]
    right, up = exp(1j * angle), exp(1j * (angle - pi / 2))
    sx, sy = width / _UNITS, height / _UNITS
    origin = at - right * sx * advance / 2
    return _placed(
        character, matrix=(right.real * sx, right.imag * sx, up.real * sy, up.imag * sy, origin.real, origin.imag)
    )


def _name_on_arc(name: str) -> str:
    """Characters stand upright to the rim; more of them spread wider and grow narrower, as on engraved seals."""
    count = len(name)
    sweep = min(1.36 * pi, (0.3 + 0.085 * count) * pi)
    step = sweep / max(count - 1, 1)
    height = min(6.0, max(3.6, 8.04 - 0.17 * count))
    foot = _NAME_RADIUS - height * 0.88
    width = min(height * 0.92, step * (foot + height * 0.3) * 1.02)
    angles = [(-sweep / 2 + step * index if count > 1 else 0.0) for index in range(count)]
    return "".join(
        _turned(c, at=exp(1j * (a - pi / 2)) * foot, angle=a, width=width, height=height)
        for c, a in zip(name, angles, strict=True)
    )


def _number_on_arc(number: str) -> str:
    """The registration number runs left to right along the bottom of the rim."""
    step = 0.077
    start = (len(number) - 1) / 2 * step
    return "".join(
        _turned(c, at=exp(1j * (pi / 2 + a)) * _NUMBER_RADIUS, angle=a, width=2.15, height=2.15)
        for c, a in ((c, start - step * index) for index, c in enumerate(number))
    )


def _line(text: str, *, y: float, size: float, tracking: float) -> str:
    first = -(len(text) - 1) / 2 * (size + tracking)
    return "".join(
        _turned(c, at=complex(first + index * (size + tracking), y), angle=0, width=size, height=size)
        for index, c in enumerate(text)
    )


def _star(radius: float, *, centre: complex) -> str:
    inner = radius * 0.381966  # the pentagram's own proportion, 1/phi squared
    tips = [centre + exp(1j * (pi / 5 * i - pi / 2)) * (inner if i % 2 else radius) for i in range(10)]
    return f'<path d="M{"L".join(point(tip) for tip in tips)}Z" stroke="none"/>'


@lru_cache(maxsize=256)
def seal_svg(*, agency_name: str, number: str, text: str) -> str:
    """This will draw the seal (viewBox in mm, 44 across): name of 2 to 32 characters, `text` in a line under the star.

    Raises DocumentError (`pdf.seal_name`, `pdf.glyphs_missing`).
    """
    if not _MIN_NAME <= len(agency_name) <= _MAX_NAME:
        raise DocumentError("pdf.seal_name", f"a seal's name has {_MIN_NAME} to {_MAX_NAME} characters")
    return "".join(
        (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-22 -22 44 44"><g opacity="0.86">',
            f'<g fill="none" stroke="{_RED}"><circle r="{_RADIUS}" stroke-width="1.05"/>',
            f'<circle r="{_RADIUS - 1.25}" stroke-width="0.18"/></g><g fill="{_RED}" stroke="{_RED}">',
            _star(6.2, centre=-2.6j),
            f'<g stroke-width="26" stroke-linejoin="round">{_name_on_arc(agency_name)}</g>',
            f'<g stroke-width="22" stroke-linejoin="round">{_line(text, y=13.4, size=2.7, tracking=0.1)}</g>',
            f'<g stroke-width="12">{_number_on_arc(number)}</g></g></g></svg>',
        )
    )
