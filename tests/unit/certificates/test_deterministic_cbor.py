"""The small CBOR reader: takes deterministic bytes only, and agrees with a general implementation on them."""

import math
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.core.deterministic_cbor import decode, encode
from certificates.core.errors import SealCodeError

NUMBERS = st.integers(-(2**64), 2**64 - 1)
KEYS = st.integers(-70_000, 70_000) | st.text(max_size=30)
VALUES = st.recursive(
    NUMBERS | st.binary(max_size=300) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.just(True),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.integers(0, 23), inner, max_size=3),
    max_leaves=8,
)


def refused(data: bytes) -> None:
    with pytest.raises(SealCodeError) as caught:
        decode(data)
    assert caught.value.code == "seal_code.cbor"


def depth(value: Any) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, children), default=0)


@given(VALUES)
def test_reads_what_it_writes(value: Any) -> None:
    if depth(value) <= 6:
        assert decode(encode(value)) == value
    else:
        refused(encode(value))


@settings(max_examples=500)
@given(st.binary(max_size=40) | VALUES.map(encode))
def test_whatever_it_takes_is_deterministic_and_means_the_same_elsewhere(data: bytes) -> None:
    try:
        value = decode(data)
    except SealCodeError:
        return
    assert cbor2.loads(data) == value
    assert decode(encode(value)) == value


@pytest.mark.parametrize("nested", [b"\x81" * 2_900, b"\xa1\x01" * 2_900, b"\xc6" * 2_900, b"\x81" * 7 + b"\x01"])
def test_refuses_deep_nesting(nested: bytes) -> None:
    refused(nested + b"\x01")


@pytest.mark.parametrize(
    "head",
    [
        "9affffffff",
        "9b0000010000000000",
        "baffffffff",
        "bb0000010000000000",
        "5affffffff",
        "7b0000010000000000",
        "9bffffffffffffffff",
    ],
)
def test_refuses_lengths_that_cannot_be_without_allotting_them(head: str) -> None:
    refused(bytes.fromhex(head) + b"\x01\x01")


@pytest.mark.parametrize("text", ["a201010102", "a2016161016162", "a3010102010101", "a2616101616102"])
def test_refuses_repeated_map_keys(text: str) -> None:
    refused(bytes.fromhex(text))


def test_refuses_map_keys_out_of_order() -> None:
    assert decode(bytes.fromhex("a201010201")) == {1: 1, 2: 1}
    refused(bytes.fromhex("a202010101"))
    refused(encode({"b": 1})[:1] + b"")


@pytest.mark.parametrize("key", ["80", "a0", "4101", "f5", "f6", "f90000"])
def test_refuses_map_keys_that_are_neither_number_nor_text(key: str) -> None:
    refused(bytes.fromhex(f"a1{key}01"))


@pytest.mark.parametrize("added", [b"\0", b"\xf6", b"\x01\x01"])
def test_refuses_bytes_after_the_value(added: bytes) -> None:
    refused(encode({1: "a"}) + added)


@pytest.mark.parametrize("value", [1.5, math.nan, math.inf, None, False, cbor2.undefined, cbor2.CBORSimpleValue(99)])
def test_refuses_floats_and_simple_values(value: Any) -> None:
    refused(cbor2.dumps(value))


@pytest.mark.parametrize(
    "text",
    [
        "d8236161",  # pattern
        "d81c81d81d00",  # an array that holds itself
        "c06161",  # date as text
        "c101",  # date as number
        "c249010000000000000000",  # big number
        "d9d9f701",  # "this is CBOR"
        "d28440a04040",  # COSE_Sign1 inside
    ],
)
def test_refuses_tags(text: str) -> None:
    refused(bytes.fromhex(text))


@pytest.mark.parametrize(
    "text",
    [
        "1800",
        "1817",
        "190001",
        "1900ff",
        "1a0000ffff",
        "1b00000000ffffffff",
        "3817",
        "580161",
        "780161",
        "980101",
        "b8010101",
    ],
)
def test_refuses_heads_longer_than_needed(text: str) -> None:
    refused(bytes.fromhex(text))


@pytest.mark.parametrize(
    "text", ["9f01ff", "bf0101ff", "5f4101ff", "7f6161ff", "ff", "1c", "1f", "fc", "1c" + "ff" * 16, "1f" + "ff" * 128]
)
def test_refuses_indefinite_lengths_and_reserved_heads(text: str) -> None:
    refused(bytes.fromhex(text))


@pytest.mark.parametrize("text", ["", "18", "19ff", "82", "8201", "a1", "a101", "4261", "6261", "61ff", "62c328"])
def test_refuses_values_cut_off_or_texts_that_are_not_utf8(text: str) -> None:
    refused(bytes.fromhex(text))
