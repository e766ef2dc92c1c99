"""A copy's number as a tile of signs: every number has its own, and comes back from what can still be heard of it."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.core.copy_mark import (
    CODED,
    MARK_BITS,
    TILE_SIDE,
    coded_cells,
    coded_signs,
    mark_tile,
    number_of,
    sync_cells,
)

NUMBERS = st.integers(min_value=0, max_value=(1 << MARK_BITS) - 1)
NUMBER = 0x5EA1_C0DE_2611


@settings(max_examples=30, deadline=None)
@given(NUMBERS)
def test_a_number_comes_back_from_its_signs(number: int) -> None:
    assert number_of(coded_signs(number)) == number


@pytest.mark.parametrize("number", [-1, 1 << MARK_BITS])
def test_a_number_of_more_than_48_bits_has_no_mark(number: int) -> None:
    with pytest.raises(ValueError, match="48 bits"):
        coded_signs(number)


def test_a_number_comes_back_from_two_fifths_of_its_signs() -> None:
    random = Random(1)
    for _ in range(20):
        heard = [sign if random.random() < 0.4 else 0.0 for sign in coded_signs(NUMBER)]
        assert number_of(heard) == NUMBER


def test_a_number_comes_back_through_noise_as_loud_as_itself() -> None:
    random = Random(2)
    for _ in range(20):
        assert number_of([sign + random.gauss(0, 1) for sign in coded_signs(NUMBER)]) == NUMBER


def test_noise_silence_and_one_steady_sign_are_no_number() -> None:
    random = Random(3)
    assert number_of([0.0] * CODED) is None
    assert number_of([1.0] * CODED) is None
    assert number_of([-1.0] * CODED) is None
    for _ in range(20):
        assert number_of([random.gauss(0, 1) for _ in range(CODED)]) is None


def test_two_and_three_marks_mixed_name_no_other_number() -> None:
    random = Random(4)
    for _ in range(10):
        numbers = [random.getrandbits(MARK_BITS) for _ in range(3)]
        signs = [coded_signs(number) for number in numbers]
        assert number_of([a + b for a, b in zip(*signs[:2], strict=True)]) in {*numbers[:2], None}
        assert number_of([a + b + c for a, b, c in zip(*signs, strict=True)]) in {*numbers, None}
        product = [a * b * c for a, b, c in zip(*signs, strict=True)]
        assert number_of(product) is None


def test_cells_are_used_once_and_the_known_signs_stand_in_every_tile() -> None:
    cells = [cell for cell, _ in (*coded_cells(), *sync_cells())]
    assert sorted(cells) == [(row, column) for row in range(TILE_SIDE) for column in range(TILE_SIDE)]
    for number in (0, NUMBER, (1 << MARK_BITS) - 1):
        tile = mark_tile(number)
        assert all(tile[row][column] == sign for (row, column), sign in sync_cells())
        assert {sign for row in tile for sign in row} == {1, -1}


def test_the_mark_is_the_same_for_ever() -> None:
    """Copies made today are traced by the readers of later years: nobody changes this value."""
    from hashlib import sha256

    flat = bytes(sign & 0xFF for row in mark_tile(NUMBER) for sign in row)
    assert sha256(flat).hexdigest() == "61a182daaff7a0482ff9c0ae9806a942ec8010fefe963a09d0664f5d4841b00f"
