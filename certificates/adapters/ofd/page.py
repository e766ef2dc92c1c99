"""What stands on a page, in millimetres from its upper left corner, whatever it was read from."""

from dataclasses import dataclass, field
from typing import Final, Literal

# x' = a x + c y + e, y' = b x + d y + f, y downwards
Matrix = tuple[float, float, float, float, float, float]
# An operator and its numbers: M x y, L x y, C x1 y1 x2 y2 x3 y3, Z
Command = tuple[str, tuple[float, ...]]

IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """This will hold red, green, blue and opacity, each 0 to 255."""

    red: int
    green: int
    blue: int
    alpha: int = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """This will hold how a line is drawn; widths and dashes in mm, cap and join as GB/T 33190 names them."""

    colour: Colour
    width: float
    cap: Literal["Butt", "Round", "Square"] = "Butt"
    join: Literal["Miter", "Round", "Bevel"] = "Miter"
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """This will hold characters of one face and size on one line; `offsets` are their origins along the line, in mm.

    `matrix` takes the line, whose origin is (0, 0), to the page. `stroke` is the hair of outline that makes a face bold.
    """

    font: str
    size: float
    characters: str = field(repr=False)
    offsets: tuple[float, ...] = field(repr=False)
    matrix: Matrix
    fill: Colour | None
    stroke: Stroke | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """This will hold a path in page coordinates, and the paths that it is cut to."""

    commands: tuple[Command, ...] = field(repr=False)
    fill: Colour | None = None
    even_odd: bool = False
    stroke: Stroke | None = None
    clips: tuple[tuple[Command, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """This will hold an image; `matrix` takes the unit square, y downwards, to the page."""

    data: bytes = field(repr=False)
    kind: Literal["PNG", "JPEG"]
    matrix: Matrix
    alpha: int = 255


Item = Text | Outline | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """This will hold one page, in the order of drawing."""

    width: float
    height: float
    items: tuple[Item, ...]


def times(inner: Matrix, outer: Matrix) -> Matrix:
    """This will give the matrix that applies `inner` first and `outer` then."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def applied(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """This will take a point through the matrix."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def box_of(commands: tuple[Command, ...]) -> tuple[float, float, float, float]:
    """This will give left, top, right and bottom of all points, control points included."""
    xs = [number for _, numbers in commands for number in numbers[::2]]
    ys = [number for _, numbers in commands for number in numbers[1::2]]
    return min(xs), min(ys), max(xs), max(ys)
