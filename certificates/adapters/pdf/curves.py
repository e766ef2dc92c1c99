"""Smooth closed or open curves as compact SVG path data."""

from collections.abc import Callable
from math import tau

Curve = Callable[[float], complex]


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
