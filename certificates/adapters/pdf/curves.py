"""Smooth closed or open curves as compact SVG path data."""

from collections.abc import Callable
from math import tau

import numpy as np
from numpy.typing import NDArray

Curve = Callable[[float], complex]
Curves = Callable[[NDArray[np.float64]], NDArray[np.complex128]]
_HUNDREDTHS = 100


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


def point(value: complex) -> str:
    """This will write a point with two decimals: hundredths of a millimetre are finer than any printer."""
    return f"{_number(value.real)} {_number(value.imag)}"


def path(curve: Curve, *, pieces: int, start: float = 0.0, end: float = tau, closed: bool = True) -> str:
    """This will follow `curve` from `start` to `end` by cubic Béziers with the curve's own tangents (Hermite form)."""
    step = (end - start) / pieces
    nudge = step / 64
    at = [curve(start + index * step) for index in range(pieces + 1)]
    handle = [
        (curve(start + index * step + nudge) - curve(start + index * step - nudge)) / (2 * nudge) * step / 3
        for index in range(pieces + 1)
    ]
    bends = [
        f"C{point(at[i] + handle[i])} {point(at[i + 1] - handle[i + 1])} {point(at[i + 1])}" for i in range(pieces)
    ]
    return f"M{point(at[0])}{''.join(bends)}{'Z' if closed else ''}"


def many_paths(curves: Curves, *, pieces: int, end: float = tau, closed: bool = True) -> list[str]:
    """This will follow many curves from 0 to `end` at once, as `path` does one; `curves` gives a row for each. Units are hundredths."""
    step = end / pieces
    nudge = step / 64
    at = np.linspace(0, end, pieces + 1)
    points = curves(at) * _HUNDREDTHS
    handles = (curves(at + nudge) - curves(at - nudge)) * (_HUNDREDTHS * step / 3 / (2 * nudge))
    bends = np.stack([points[:, :-1] + handles[:, :-1], points[:, 1:] - handles[:, 1:], points[:, 1:]], axis=2)
    numbers = np.rint(np.stack([bends.real, bends.imag], axis=3)).astype(int).reshape(len(points), -1)
    starts = np.rint(points[:, 0])
    return [
        f"M{start.real:.0f} {start.imag:.0f}C{' '.join(map(str, row))}{'Z' if closed else ''}"
        for start, row in zip(starts.tolist(), numbers.tolist(), strict=True)
    ]
