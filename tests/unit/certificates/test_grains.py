"""The order of grains: withheld < fact < masked < full."""

from itertools import product

from certificates.core.grains import Grain, is_at_most, narrowest

ORDER = [Grain.WITHHELD, Grain.FACT, Grain.MASKED, Grain.FULL]


def test_a_grain_is_at_most_itself_and_those_above() -> None:
    for (low, a), (high, b) in product(enumerate(ORDER), repeat=2):
        assert is_at_most(a, b) is (low <= high)
        assert narrowest(a, b) is ORDER[min(low, high)]


def test_every_grain_has_a_place() -> None:
    assert set(ORDER) == set(Grain)
