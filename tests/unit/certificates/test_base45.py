"""Base45 as RFC 9285 gives it, and one text for each byte string."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.core.base45 import ALPHABET, decode, encode
from certificates.core.errors import SealCodeError


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")],
)
def test_agrees_with_the_examples_of_the_standard(data: bytes, text: str) -> None:
    assert encode(data) == text
    assert decode(text) == data


@given(st.binary(max_size=200))
def test_round_trip(data: bytes) -> None:
    assert decode(encode(data)) == data


@given(st.text(alphabet=ALPHABET, max_size=9))
def test_every_byte_string_has_one_text(text: str) -> None:
    try:
        data = decode(text)
    except SealCodeError:
        return
    assert encode(data) == text


@pytest.mark.parametrize("text", ["GGW", ":::", "bb8", "B", "0", "BB80", "::", "V5", "BB8\n", "Ａ12", "!00", "ß00"])
def test_refuses_what_is_not_base45(text: str) -> None:
    with pytest.raises(SealCodeError) as caught:
        decode(text)
    assert caught.value.code == "seal_code.base45"


def test_the_largest_single_byte_is_the_last_pair_taken() -> None:
    assert decode("U5") == b"\xff"
