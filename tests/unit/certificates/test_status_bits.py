"""Packed status lists: flipping one entry, compressing at a named level, and every stream that must not be inflated."""

import time
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.core.errors import StatusListError
from certificates.core.status_bits import COMPRESSION_LEVEL, MAX_INFLATED_BYTES, compress, flip, flip_all, inflate, pack

SIZE = 2**17


@given(
    st.sampled_from([1, 2, 4, 8]),
    st.lists(st.tuples(st.integers(0, 63), st.integers(0, 255)), max_size=30),
)
def test_flipping_one_by_one_gives_the_same_bits_as_packing(bits: int, steps: list[tuple[int, int]]) -> None:
    packed, wanted = bytes(64 * bits // 8), {}
    for index, drawn in steps:
        value = drawn % (1 << bits)
        packed = flip(packed, index=index, value=value, bits=bits)
        wanted[index] = value
    assert packed == pack(wanted, size=64, bits=bits)
    assert inflate(compress(packed), bits=bits).marked() == {index: value for index, value in wanted.items() if value}


def test_a_flip_changes_nothing_beside_its_entry_and_nothing_in_what_it_was_given() -> None:
    before = pack({4: 1, 6: 2}, size=8)
    after = flip(before, index=5, value=2)
    assert before == pack({4: 1, 6: 2}, size=8)
    assert after == pack({4: 1, 5: 2, 6: 2}, size=8)
    assert flip(after, index=5, value=0) == before


@pytest.mark.parametrize(
    ("index", "value", "code"), [(8, 1, "index"), (-1, 1, "index"), (0, 4, "value"), (0, -1, "value")]
)
def test_refuses_to_flip_what_is_not_there(index: int, value: int, code: str) -> None:
    with pytest.raises(StatusListError) as refused:
        flip(bytes(2), index=index, value=value)
    assert refused.value.code == f"status_list.{code}"


@pytest.mark.parametrize("bits", [0, 3, 5, 16, -2])
def test_refuses_to_pack_at_a_width_that_does_not_exist(bits: int) -> None:
    with pytest.raises(StatusListError) as refused:
        pack({}, size=8, bits=bits)
    assert refused.value.code == "status_list.limit"


def test_a_flip_in_a_large_list_costs_a_copy_and_no_rebuilding() -> None:
    packed = pack(dict.fromkeys(range(0, 2**24, 1000), 1), size=2**24)
    started = time.process_time()
    for index in range(20):
        packed = flip(packed, index=index, value=1)
    assert time.process_time() - started < 1.0  # a copy of 4 MiB each; packing anew takes longer than that once
    assert flip_all(packed, {0: 0})[0] == 0b01010100


def test_the_level_is_the_named_one() -> None:
    packed = pack(dict.fromkeys(range(0, SIZE, 97), 1), size=SIZE)
    assert COMPRESSION_LEVEL == 6
    assert compress(packed) == zlib.compress(packed, 6)
    assert len(compress(packed, level=9)) <= len(compress(packed)) < len(compress(packed, level=1))


def test_s4_refuses_a_list_that_inflates_to_a_gigabyte_before_it_takes_the_room() -> None:
    packer = zlib.compressobj(9)
    head = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = head + block * 1023  # what follows would be its end; nobody reads that far
    tracemalloc.start()
    with pytest.raises(StatusListError) as refused:
        inflate(bomb, bits=2)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.code == "status_list.limit"
    assert peak < 4 * MAX_INFLATED_BYTES
