"""Naming a copy from a picture of a part of it: find the screen of dots, read each dot's side, sum up all tiles, decode."""

from dataclasses import dataclass
from time import thread_time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from certificates.adapters.mark_reader_lattice import Grey, Lattice, Reals, box_mean, candidates, followed, specks
from certificates.adapters.mark_reader_picture import grey_pictures
from certificates.adapters.pdf.copy_mark_svg import SHIFT
from certificates.core.copy_mark import TILE_SIDE, coded_cells, number_of, sync_cells
from certificates.core.errors import PictureError

_LATTICES: Final = 6
_DOTS_WIDE: Final = 12  # diameters of a dot's blot in a pitch
_SECONDS: Final = 8.0
_PLACES: Final = 3  # tile places tried for each turn
_CLEAR: Final = 5.0  # standard deviations: a mark too faint for this could not be decoded either
Tile = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """This will hold what was heard at each cell: towards which side of it, along each of the two directions."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    along: Reals
    across: Reals


def _at(picture: Grey, x: Reals, y: Reals) -> Reals:
    """The picture between its pixels, by their distances."""
    column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    s, t = x - column, y - row
    top = picture[row, column] * (1 - s) + picture[row, column + 1] * s
    bottom = picture[row + 1, column] * (1 - s) + picture[row + 1, column + 1] * s
    result: Reals = top * (1 - t) + bottom * t
    return result


def _dots(picture: Grey, lattice: Lattice) -> Dots:
    high, wide = picture.shape
    u, v = lattice.cell(np.array([0.0, wide, 0, wide]), np.array([0.0, 0, high, high]))
    columns, rows = np.meshgrid(
        np.arange(int(u.min()) - 1, int(u.max()) + 2), np.arange(int(v.min()) - 1, int(v.max()) + 2)
    )
    x, y = lattice.place(columns.ravel().astype(float), rows.ravel().astype(float))
    edge = lattice.pitch * SHIFT + 1
    inside = (x > edge) & (x < wide - 1 - edge) & (y > edge) & (y < high - 1 - edge)
    column, row, x, y = columns.ravel()[inside], rows.ravel()[inside], x[inside], y[inside]
    smooth = box_mean(picture, 2 * int(lattice.pitch / _DOTS_WIDE) + 1) if lattice.pitch >= _DOTS_WIDE else picture

    def leaning(direction: tuple[float, float]) -> Reals:
        dx, dy = (SHIFT * part * lattice.pitch**2 for part in direction)
        return _at(smooth, x + dx, y + dy) - _at(smooth, x - dx, y - dy)

    return Dots(row=row, column=column, along=leaning(lattice.along), across=leaning(lattice.across))


def _summed(row: NDArray[np.int64], column: NDArray[np.int64], heard: Reals) -> Tile:
    place = (row % TILE_SIDE) * TILE_SIDE + column % TILE_SIDE
    total = np.bincount(place, weights=heard, minlength=TILE_SIDE * TILE_SIDE)
    scale = float(np.sqrt(np.mean(total**2))) or 1.0
    return np.tanh(total / (2 * scale)).reshape(TILE_SIDE, TILE_SIDE)


def _turned(dots: Dots) -> tuple[Tile, ...]:
    """The tile as seen when the page's rows run along each of the lattice's four directions."""
    return (
        _summed(dots.row, dots.column, dots.along),
        _summed(-dots.row, -dots.column, -dots.along),
        _summed(-dots.column, dots.row, dots.across),
        _summed(dots.column, -dots.row, -dots.across),
    )


def _known() -> Tile:
    tile = np.zeros((TILE_SIDE, TILE_SIDE))
    for (row, column), sign in sync_cells():
        tile[row, column] = sign
    return tile


def _decoded(tile: Tile) -> int | None:
    """The number of a tile whose place is not known."""
    match = np.fft.ifft2(np.fft.fft2(tile) * np.conj(np.fft.fft2(_known()))).real
    match /= np.sqrt(np.mean(tile**2) * len(sync_cells())) + 1e-12
    for place in np.argsort(match.ravel())[::-1][:_PLACES]:
        down, right = divmod(int(place), TILE_SIDE)
        moved = np.roll(tile, (-down, -right), axis=(0, 1))
        if match.ravel()[place] < _CLEAR:
            break
        number = number_of([float(moved[cell]) * sign for cell, sign in coded_cells()])
        if number is not None:
            return number
    return None


def _heard(picture: Grey, lattice: Lattice) -> int | None:
    for tile in _turned(_dots(picture, lattice)):
        number = _decoded(tile)
        if number is not None:
            return number
    return None


def _halves(picture: Grey) -> tuple[Grey, ...]:
    high, wide = picture.shape[0] // 2, picture.shape[1] // 2
    return picture[:high], picture[high:], picture[:, :wide], picture[:, wide:]


def read_grey(grey: Grey, *, until: float = float("inf")) -> int | None:
    """This will name the number whose mark a grey picture (0 black to 255 white) holds, or None; gives up at `until`
    (of this thread's processor time, seconds).

    Raises PictureError (`image.several_marks`) where half of the picture bears another number: pages glued together.
    """
    for lonely in (False, True):
        picture = specks(grey, lonely=lonely)
        for lattice in candidates(picture, most=_LATTICES):
            number = _heard(picture, lattice)
            if number is not None:
                _require_one_mark(picture, lattice, number)
                return number
            if thread_time() > until:
                return None
    return None


def _require_one_mark(picture: Grey, lattice: Lattice, number: int) -> None:
    others = (_heard(half, followed(half, lattice.along)) for half in _halves(picture))
    if any(other not in {number, None} for other in others):
        raise PictureError("image.several_marks", "parts of the picture bear different marks")


def read_mark(data: bytes) -> int | None:
    """This will name the 48-bit number whose mark a PNG, JPEG or PDF holds, or None where none can be read.

    Raises PictureError (`image.*`) for what is no picture, too large, or glued together from several marked pages.
    """
    until = thread_time() + _SECONDS
    for grey in grey_pictures(data):
        number = read_grey(grey, until=until)
        if number is not None or thread_time() > until:
            return number
    return None
