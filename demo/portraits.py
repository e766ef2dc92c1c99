"""Portraits of nobody: drawn from a few shapes, so that sample licences have a photo and no real person is in it."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 358, 441  # pixels of an identity photo, 26 by 32 mm at 350 dpi
JOINT_WIDTH = 600
_FINE = 3  # drawn three times as large, then reduced: smooth edges
_SKINS: Final = ("#f0d2b6", "#e9c4a2", "#e3b98f", "#f3d9c0", "#dcae84")
_HAIRS: Final = ("#1d1a1a", "#2a2220", "#352a26", "#241c1a")
_CLOTHES: Final = ("#2f3e56", "#3c4a3f", "#5a3a3f", "#4a4458", "#26333a", "#6b5a48")
_BACKGROUNDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {"white": ("#fbfbfa", "#e9ecee"), "blue": ("#7fb2dc", "#5c97c9"), "red": ("#c8252c", "#a9161f")}
)
# One shoulder from the collar to the edge of the photo, as corners of a curve.
_SHOULDER: Final = (
    (50, 92),
    (38.5, 92.2),
    (33, 94.6),
    (25.5, 97.4),
    (18.5, 100.2),
    (13.6, 104),
    (11, 109),
    (9.6, 116),
    (9, 124),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitter:
    """Who sits: `seed` chooses face, hair and clothes; `x` is the middle of the face, `scale` 1.0 fills an identity photo."""

    seed: str
    woman: bool
    x: float
    scale: float = 1.0


def portrait(*, seed: str, woman: bool, background: str = "white") -> bytes:
    """This will draw one person as an identity photo (JPEG, 358 by 441 pixels), the same for the same seed."""
    return _photo(WIDTH, (Sitter(seed=seed, woman=woman, x=WIDTH / 2),), background)


def joint_portrait(*, seeds: tuple[str, str]) -> bytes:
    """This will draw a woman and a man side by side on red (JPEG, 600 by 441 pixels), as for a marriage certificate."""
    sitters = (
        Sitter(seed=seeds[0], woman=False, x=JOINT_WIDTH * 0.66, scale=1.0),
        Sitter(seed=seeds[1], woman=True, x=JOINT_WIDTH * 0.33, scale=0.95),
    )
    return _photo(JOINT_WIDTH, sitters, "red")


def portrait_of(sitters: Sequence[str], *, background: str = "white") -> bytes | None:
    """This will draw whom a data file names ("man 34", "woman 8"): one person, or a couple on red; None for nobody."""
    named = [(seed, kind == "woman") for kind, seed in (text.split() for text in sitters)]
    if not named:
        return None
    if len(named) == 1:
        (seed, woman), *_ = named
        return portrait(seed=seed, woman=woman, background=background)
    (man, _), (woman_seed, _) = sorted(named, key=lambda one: one[1])
    return joint_portrait(seeds=(man, woman_seed))


def _photo(width: int, sitters: tuple[Sitter, ...], background: str) -> bytes:
    image = _backdrop(width * _FINE, HEIGHT * _FINE, background)
    for sitter in sitters:
        _Figure(image, sitter).draw()
    small = image.resize((width, HEIGHT), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    small.save(target, "JPEG", quality=82, optimize=True, dpi=(350, 350))
    return target.getvalue()


def _backdrop(width: int, height: int, background: str) -> Image.Image:
    """Paper lit from above: a soft fall of light."""
    light, dark = _BACKGROUNDS[background]
    fall = Image.linear_gradient("L").resize((width, height))
    return Image.composite(Image.new("RGB", (width, height), dark), Image.new("RGB", (width, height), light), fall)


class _Figure:
    """One sitter's shapes, in units of which an identity photo is 100 wide and the crown of the head is at 22."""

    def __init__(self, image: Image.Image, sitter: Sitter) -> None:
        self._pen = ImageDraw.Draw(image)
        self._image = image
        self._sitter = sitter
        self._unit = WIDTH * _FINE / 100 * sitter.scale
        self._left = sitter.x * _FINE - 50 * self._unit
        self._top = HEIGHT * _FINE - 123.2 * self._unit  # the shoulders reach the lower edge at every scale
        chance = Random(sitter.seed)
        self._skin, self._hair, self._cloth = (chance.choice(colours) for colours in (_SKINS, _HAIRS, _CLOTHES))
        self._face = chance.uniform(-0.8, 1.2)
        self._parting = chance.choice((-7, 7))
        self._glasses = chance.random() < 0.3
        self._long = chance.random() < 0.65

    def _at(self, *points: float) -> list[tuple[float, float]]:
        pairs = zip(points[::2], points[1::2], strict=True)
        return [(self._left + x * self._unit, self._top + y * self._unit) for x, y in pairs]

    def _oval(self, x: float, y: float, across: float, down: float, colour: str) -> None:
        self._pen.ellipse(self._at(x - across, y - down, x + across, y + down), fill=colour)

    def draw(self) -> None:
        """Back to front."""
        if self._sitter.woman:
            self._hair_behind()
        self._shoulders()
        self._neck_and_head()
        self._features()
        self._fringe()

    def _hair_behind(self) -> None:
        self._oval(50, 50, 25.5, 29, self._hair)
        low = 88 if self._long else 68
        self._pen.polygon(self._at(24.6, 50, 75.4, 50, 74, low, 26, low), fill=self._hair)
        for x in (31, 69):
            self._oval(x, low, 5.2, 5, self._hair)

    def _shoulders(self) -> None:
        self._pen.polygon(self._at(43, 78, 57, 78, 60, 94, 40, 94), fill=_shade(self._skin, 0.9))
        self._pen.polygon(self._at(*_mirrored(_SHOULDER)), fill=self._cloth)
        self._pen.polygon(self._at(39.5, 91.5, 60.5, 91.5, 50, 116), fill="#f4f4f1")
        self._pen.polygon(self._at(43, 88, 57, 88, 50, 99), fill=self._skin)
        dark = _shade(self._cloth, 0.78)
        self._pen.polygon(self._at(40, 90.5, 36.5, 96, 43, 107, 50, 118, 42, 100), fill=dark)
        self._pen.polygon(self._at(60, 90.5, 63.5, 96, 57, 107, 50, 118, 58, 100), fill=dark)
        if not self._sitter.woman:
            tie = _shade("#7a2630", 1.0) if self._glasses else "#2d3a5c"
            self._pen.polygon(self._at(48, 98.5, 52, 98.5, 51.2, 102, 53, 117, 50, 120, 47, 117, 48.8, 102), fill=tie)

    def _neck_and_head(self) -> None:
        self._pen.polygon(self._at(43, 72, 57, 72, 57, 90, 50, 97, 43, 90), fill=_shade(self._skin, 0.9))
        for x in (29.6 - self._face, 70.4 + self._face):
            self._oval(x, 56, 3, 5.4, _shade(self._skin, 0.93))
        self._oval(50, 47, 20.6 + self._face, 23, self._skin)
        self._oval(50, 57, 19.4 + self._face, 23.4, self._skin)

    def _features(self) -> None:
        line, lips = _shade(self._skin, 0.72), "#b9675f" if self._sitter.woman else _shade(self._skin, 0.68)
        brow = 1.2 if self._sitter.woman else 1.9
        for side in (-1, 1):
            x = 50 + side * 9.2
            self._pen.line(
                self._at(x - 4.6, 48 - side * 0.4, x, 46.8, x + 4.6, 48 + side * 0.4),
                fill=self._hair,
                width=round(brow * self._unit),
                joint="curve",
            )
            self._oval(x, 53.4, 3.5, 1.75, "#fdfcfa")
            self._oval(x, 53.3, 1.75, 1.75, "#2a1e18")
            self._pen.arc(self._at(x - 3.9, 51, x + 3.9, 57), 195, 345, fill=self._hair, width=round(0.8 * self._unit))
        self._pen.line(
            self._at(50.6, 54, 51.6, 62.4, 48.6, 63.6), fill=line, width=round(0.7 * self._unit), joint="curve"
        )
        self._pen.chord(self._at(44.2, 65.5, 55.8, 72.5), 15, 165, fill=lips)
        if self._glasses:
            for x in (40.6, 59.4):
                self._pen.rounded_rectangle(
                    self._at(x - 6.3, 49.6, x + 6.3, 58),
                    radius=3 * self._unit,
                    outline="#3b3b40",
                    width=round(0.7 * self._unit),
                )
            self._pen.line(self._at(46.9, 53, 53.1, 53), fill="#3b3b40", width=round(0.7 * self._unit))

    def _fringe(self) -> None:
        """Hair over the forehead: what lies above a slanting line through it, cut from an oval a little larger than the head."""
        layer = Image.new("L", self._image.size, 0)
        pen = ImageDraw.Draw(layer)
        across = 23.4 if self._sitter.woman else 22 + self._face
        pen.ellipse(self._at(50 - across, 21.5, 50 + across, 74), fill=255)
        forehead = Image.new("L", self._image.size, 0)
        cut = ImageDraw.Draw(forehead)
        part = 50 + self._parting
        side = 29 if self._sitter.woman else 31
        cut.polygon(
            self._at(
                side,
                76,
                side + 1.2,
                50,
                38 + self._parting / 3,
                42.5,
                part,
                37.5,
                60 + self._parting / 3,
                41.5,
                98.8 - side,
                50,
                100 - side,
                76,
            ),
            fill=255,
        )
        forehead = forehead.filter(ImageFilter.GaussianBlur(self._unit * 0.9)).point(
            lambda level: 255 if level > 127 else 0
        )
        layer.paste(0, mask=forehead)
        if not self._sitter.woman:
            pen.rectangle(self._at(0, 55, 100, 124), fill=0)
        self._image.paste(self._hair, mask=layer)


def _mirrored(half: tuple[tuple[float, float], ...]) -> list[float]:
    """A shape's left half and its mirror image, as one run of numbers."""
    right = [(100 - x, y) for x, y in reversed(half)]
    return [number for point in (*half, *right) for number in point]


def _shade(colour: str, share: float) -> str:
    """A colour made darker, as in shadow."""
    return "#" + "".join(f"{min(255, round(int(colour[i : i + 2], 16) * share)):02x}" for i in (1, 3, 5))
