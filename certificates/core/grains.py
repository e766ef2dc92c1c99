"""How much of a field is shown: the grain, and the order between grains."""

from enum import StrEnum


class Grain(StrEnum):
    """This will name one of the four ways to show a field; every answer shows a field at exactly one of them."""

    FULL = "full"
    MASKED = "masked"
    FACT = "fact"
    WITHHELD = "withheld"


# Least first: a fact ("over 18") tells less than a mask ("张**"), which tells less than the value.
_ORDER: dict[Grain, int] = {Grain.WITHHELD: 0, Grain.FACT: 1, Grain.MASKED: 2, Grain.FULL: 3}


def is_at_most(asked: Grain, allowed: Grain) -> bool:
    """This will tell whether `asked` shows no more than `allowed` (withheld < fact < masked < full)."""
    return _ORDER[asked] <= _ORDER[allowed]


def narrowest(a: Grain, b: Grain) -> Grain:
    """This will give the grain of the two that shows less."""
    return a if is_at_most(a, b) else b
