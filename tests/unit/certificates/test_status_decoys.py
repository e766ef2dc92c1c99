"""Decoys in a status list: drawn in secret, alive as licences are, never told from them."""

import random

from certificates.core import status_decoys
from certificates.core.status_list import Status

SIZE = 2**17


def drawn(seed: int = 1) -> tuple[int, ...]:
    return status_decoys.draw_decoys(size=SIZE, below=random.Random(seed).randrange)


def test_a_list_has_many_decoys_all_different_and_stored_as_they_are() -> None:
    decoys = drawn()
    assert len(set(decoys)) == len(decoys) == 1024
    assert 0 <= min(decoys) < max(decoys) < SIZE
    assert status_decoys.read_stored(status_decoys.stored(decoys)) == decoys
    assert status_decoys.read_stored(b"") == ()


def test_how_many_are_set_from_the_beginning_tells_nothing() -> None:
    decoys = drawn()
    counts = {len(status_decoys.first_values(decoys, below=random.Random(seed).randrange)) for seed in range(200)}
    assert len(counts) > 80
    assert max(counts) <= 256
    values = status_decoys.first_values(decoys, below=random.Random(3).randrange)
    assert set(values) <= set(decoys)
    assert set(values.values()) <= {Status.INVALID, Status.SUSPENDED}


def test_a_change_moves_none_one_or_two_of_them_and_an_invalid_one_never() -> None:
    decoys, below = drawn(), random.Random(5).randrange
    values: dict[int, int] = {}
    moved_at_once = set()

    def value_of(index: int) -> int:
        return values.get(index, 0)

    for _ in range(3000):
        moved = status_decoys.moves(decoys, value_of=value_of, below=below)
        moved_at_once.add(len(moved))
        assert set(moved) <= set(decoys)
        assert not [index for index in moved if values.get(index) == Status.INVALID]
        values.update(moved)
    assert moved_at_once == {0, 1, 2}
    assert {Status.INVALID, Status.SUSPENDED} <= set(values.values())


def test_a_small_list_has_none() -> None:
    assert status_decoys.draw_decoys(size=64, below=random.Random(1).randrange) == ()
    assert status_decoys.first_values((), below=random.Random(1).randrange) == {}
    assert status_decoys.moves((), value_of=lambda _: 0, below=random.Random(1).randrange) == {}
