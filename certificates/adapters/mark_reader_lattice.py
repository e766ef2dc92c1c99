"""Finding the copy mark's screen of dots in a picture of unknown scale and turn, and following it over the page.

A regular screen shows as sharp peaks in the picture's spectrum, two of them at right angles and equally far out. Their
phase, followed from block to block, says where each dot's cell lies, also where the picture is a little stretched or bent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from certificates.adapters.pdf.copy_mark_svg import TURN

Grey = NDArray[np.float32]
Reals = NDArray[np.floating[Any]]

_SHORTEST_PIXELS: Final = 3.2  # pitch of the dots; finer ones are lost in any picture
_LONGEST_PIXELS: Final = 30.0
_PEAKS: Final = 150
_LOUD: Final = 60.0  # times the power of the frequencies around
_FAINT: Final = 6.0
_ASKEW_DEGREES: Final = 12.0
_AS_DRAWN: Final = 8.0  # about what two more tones are worth
_BACKGROUND_BINS: Final = 31
_TONES: Final = ((1, 0), (0, 1), (1, 1), (1, -1), (2, 0), (0, 2), (3, 0), (0, 3))
_OFF_BINS: Final = 1.0  # a peak's place in the spectrum is this sure
_STRETCH: Final = 0.01  # of one direction against the other
_RING: Final = (
    (2, 0),
    (2, 1),
    (2, -1),
    (0, 2),
    (1, 2),
    (-1, 2),
    (2, 2),
    (2, -2),
)  # pixels from a dot to what surrounds it
_BLOCK_CELLS: Final = 7.0
_BLOCKS_TO_BEND: Final = 48  # fewer say nothing sure of a picture's bends


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """This will map picture positions to cells: `along` and `across` are cycles per pixel (x, y) at right angles.

    `bends` are the coefficients (in cycles) of each direction's phase over the `_terms` of the position.
    """

    along: tuple[float, float]
    across: tuple[float, float]
    bends: tuple[Reals, Reals]
    shape: tuple[int, int]

    @property
    def pitch(self) -> float:
        """This will tell the distance of two cells in pixels."""
        return float(1 / np.hypot(*self.along))

    def cell(self, x: Reals, y: Reals) -> tuple[Reals, Reals]:
        """This will tell each position's cell coordinates: a cell's middle has integers."""
        terms = _terms(x, y, self.shape)
        u = self.along[0] * x + self.along[1] * y + sum(c * t for c, t in zip(self.bends[0], terms, strict=True))
        v = self.across[0] * x + self.across[1] * y + sum(c * t for c, t in zip(self.bends[1], terms, strict=True))
        return u, v

    def place(self, u: Reals, v: Reals) -> tuple[Reals, Reals]:
        """This will tell where cell coordinates lie in the picture (x, y in pixels)."""
        inverse = np.linalg.inv(np.array([self.along, self.across]))
        x, y = np.zeros_like(u), np.zeros_like(v)
        for _ in range(4):
            found_u, found_v = self.cell(x, y)
            x = x + inverse[0, 0] * (u - found_u) + inverse[0, 1] * (v - found_v)
            y = y + inverse[1, 0] * (u - found_u) + inverse[1, 1] * (v - found_v)
        return x, y


def _terms(x: Reals, y: Reals, shape: tuple[int, int]) -> tuple[Reals, ...]:
    s, t = x / shape[1] - 0.5, y / shape[0] - 0.5
    return np.ones_like(s), s, t, s * s, s * t, t * t


def box_mean(values: Grey, size: int) -> Grey:
    """This will average over a square of `size` (odd) cells, the edge repeated."""
    half = size // 2
    for axis in (0, 1):
        width = [(0, 0), (0, 0)]
        width[axis] = (half + 1, half)
        sums = np.cumsum(np.pad(values, width, mode="edge"), axis=axis, dtype=np.float32)
        upper, lower = [slice(None)] * 2, [slice(None)] * 2
        upper[axis], lower[axis] = slice(size, None), slice(None, -size)
        values = (sums[tuple(upper)] - sums[tuple(lower)]) / np.float32(size)
    return values


def _lonely(grey: Grey) -> Grey:
    """How much darker each pixel is than its surroundings in the direction where that is least: lines are not, dots are."""
    high, wide = grey.shape
    reach = max(max(dx, abs(dy)) for dx, dy in _RING)
    around = np.pad(grey, reach, mode="edge")

    def moved(dx: int, dy: int) -> Grey:
        return around[reach + dy : reach + dy + high, reach + dx : reach + dx + wide]

    pairs = [moved(dx, dy) + moved(-dx, -dy) for dx, dy in _RING]
    result: Grey = np.maximum(np.minimum.reduce(pairs) / 2 - grey, 0)
    return result


def specks(grey: Grey, *, lonely: bool = False) -> Grey:
    """This will keep what is a little darker or lighter than around it, and squash what differs much, such as text.

    `lonely` keeps nothing of lines either, but is deafer in a noisy picture.
    """
    darker = _lonely(grey) if lonely else box_mean(grey, 31) - grey
    unit = max(3.0, 4.0 * float(np.median(np.abs(darker))))
    squashed = np.tanh(darker / unit)
    # Where much is printed, nothing of the mark is to be heard.
    crowd = box_mean(squashed * squashed, 31)
    result: Grey = (squashed / (0.1 + crowd)).astype(np.float32)
    return result


def _spectrum(picture: Grey) -> Grey:
    """The power of each frequency relative to its neighbours'; zero frequency in the middle."""
    window = np.hanning(picture.shape[0])[:, None] * np.hanning(picture.shape[1])[None, :]
    half = np.fft.rfft2(picture * window)
    power = (half.real**2 + half.imag**2).astype(np.float32)
    width = picture.shape[1]
    mirrored = power[:, 1 : (width + 1) // 2][:, ::-1]
    mirrored = np.roll(mirrored[::-1], 1, axis=0)
    whole = np.concatenate([mirrored, power[:, : width // 2 + 1]], axis=1)
    whole = np.fft.fftshift(whole, axes=0)
    result: Grey = whole / (box_mean(whole, _BACKGROUND_BINS) + 1e-9)
    return result


def _widened(values: Grey) -> Grey:
    """Each bin takes the largest value within two bins: a stretched picture moves overtones a little."""
    for axis in (0, 1):
        values = np.maximum.reduce([np.roll(values, step, axis=axis) for step in (-2, -1, 0, 1, 2)])
    return values


def candidates(picture: Grey, *, most: int) -> Iterator[Lattice]:
    """This will give the likeliest screens of dots in a picture of specks, best first."""
    high, wide = picture.shape
    spectrum = _spectrum(picture)
    near = _widened(spectrum)
    middle = np.array([(wide + 1) // 2 - 1, high // 2])
    size, extent = np.array([wide, high]), np.array([spectrum.shape[1], high])
    # One loud tone must not outvote the rest: the modules of a QR code are loud, but have fewer overtones.
    loud = np.log1p(np.minimum(near, _LOUD))
    rows, columns = np.nonzero((spectrum == near) & (spectrum > _FAINT))
    strongest = np.argsort(spectrum[rows, columns])[::-1][:_PEAKS]
    peaks = (np.stack([columns, rows], axis=1)[strongest] - middle) / size
    turned = np.stack([-peaks[:, 1], peaks[:, 0]], axis=1)
    tries = np.concatenate([peaks, peaks / 2, peaks / 3, (peaks - turned) / 2])  # a peak may itself be an overtone
    pitch = 1 / np.maximum(np.hypot(tries[:, 0], tries[:, 1]), 1e-6)
    tries = tries[(pitch > _SHORTEST_PIXELS) & (pitch < _LONGEST_PIXELS)]
    score = np.log2(
        1 / np.hypot(tries[:, 0], tries[:, 1])
    )  # among equals the longest: half of it has as many overtones
    across = np.stack([-tries[:, 1], tries[:, 0]], axis=1)
    for a, b in _TONES:
        place = np.rint((a * tries + b * across) * size).astype(np.int64) + middle
        inside = ((place >= 0) & (place < extent)).all(axis=1)
        place = np.where(inside[:, None], place, 0)
        score += np.where(inside, loud[place[:, 1], place[:, 0]], 0)
    # Pages are seldom pictured askew by more than a few degrees: screens of about the turn as drawn come first.
    angle = np.degrees(np.arctan2(tries[:, 1], tries[:, 0])) % 90
    score += np.where(np.abs(angle - np.degrees(TURN)) < _ASKEW_DEGREES, _AS_DRAWN, 0.0)
    taken: list[tuple[float, float]] = []
    for index in np.argsort(score)[::-1]:
        fx, fy = float(tries[index, 0]), float(tries[index, 1])
        if any(_same(fx, fy, *other, 2.5 / min(high, wide)) for other in taken):
            continue
        taken.append((fx, fy))
        yield followed(picture, (fx, fy))
        if len(taken) == most:
            return


def _same(ax: float, ay: float, bx: float, by: float, near: float) -> bool:
    turns = ((bx, by), (-by, bx), (-bx, -by), (by, -bx))
    return any(abs(ax - x) < near and abs(ay - y) < near for x, y in turns)


def _blocks(picture: Grey, f: tuple[float, float], size: int) -> NDArray[np.complex128]:
    """The picture's component of one frequency, block by block."""
    high, wide = picture.shape[0] // size * size, picture.shape[1] // size * size
    wave_y = np.exp(-2j * np.pi * f[1] * np.arange(high)).reshape(high // size, size)
    wave_x = np.exp(-2j * np.pi * f[0] * np.arange(wide)).reshape(wide // size, size).astype(np.complex64)
    shaped = picture[:high, :wide].reshape(high, wide // size, size).transpose(1, 0, 2)
    # Sum over x within blocks first, then over y: two products of matrices instead of a complex picture.
    halves = np.stack([wave_x.real, wave_x.imag], axis=2)
    by_x = np.matmul(shaped, halves)
    folded = (by_x[..., 0] + 1j * by_x[..., 1]).T.reshape(high // size, size, wide // size)
    result: NDArray[np.complex128] = np.einsum("aib,ai->ab", folded, wave_y)
    return result


def _straightened(picture: Grey, f: tuple[float, float], size: int) -> tuple[tuple[float, float], Reals]:
    """The frequency made exact, and the phase's coefficients (in cycles) over the position's terms."""
    blocks = _blocks(picture, f, size)
    padded = 8 * max(blocks.shape)
    spread = np.abs(np.fft.fft2(blocks, (padded, padded)))
    step = np.fft.fftfreq(padded) / size
    most = [_OFF_BINS / side + _STRETCH * float(np.hypot(*f)) for side in picture.shape]
    spread[np.abs(step) > most[0], :] = 0
    spread[:, np.abs(step) > most[1]] = 0
    peak_y, peak_x = np.unravel_index(int(spread.argmax()), spread.shape)
    exact = (f[0] + float(step[peak_x]), f[1] + float(step[peak_y]))
    x = (np.arange(blocks.shape[1]) + 0.5)[None, :] * size + 0 * (np.arange(blocks.shape[0]))[:, None]
    y = (np.arange(blocks.shape[0]) + 0.5)[:, None] * size + 0 * (np.arange(blocks.shape[1]))[None, :]
    terms = np.stack([t.ravel() for t in _terms(x, y, picture.shape)], axis=1)
    values = (blocks * np.exp(-2j * np.pi * ((exact[0] - f[0]) * x + (exact[1] - f[1]) * y))).ravel()
    bends = np.zeros(terms.shape[1])
    bends[0] = np.angle(values.sum()) / (2 * np.pi)
    weight = np.abs(values)
    for used in (3, 3, 6, 6) if values.size >= _BLOCKS_TO_BEND else (3, 3, 3):
        left = np.angle(values * np.exp(-2j * np.pi * (terms @ bends))) / (2 * np.pi)
        trust = weight * np.maximum(0.05, np.cos(2 * np.pi * left))
        part = terms[:, :used]
        ridge = 1e-3 * trust.sum() * np.diag([0.0, *([1.0] * (used - 1))])
        bends[:used] += np.linalg.solve(part.T @ (part * trust[:, None]) + ridge, part.T @ (trust * left))
    return exact, bends


def followed(picture: Grey, f: tuple[float, float]) -> Lattice:
    """This will make a rough frequency (cycles per pixel: x, y) an exact lattice with its phases."""
    size = max(8, min(round(_BLOCK_CELLS / float(np.hypot(*f))), min(picture.shape) // 3))
    along, bend_along = _straightened(picture, f, size)
    across, bend_across = _straightened(picture, (-f[1], f[0]), size)
    return Lattice(
        along=along, across=across, bends=(bend_along, bend_across), shape=(picture.shape[0], picture.shape[1])
    )
