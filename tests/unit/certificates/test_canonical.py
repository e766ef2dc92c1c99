"""One reading for every signed text: strict JSON and strict base64url."""

import json
from enum import StrEnum

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from certificates.core.canonical import b64url, b64url_ascii, b64url_decode_strict, canonical_json, strict_json_loads
from certificates.core.errors import CanonicalError

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


def refused(data: bytes, **limits: int | bool) -> str:
    with pytest.raises(CanonicalError) as caught:
        strict_json_loads(data, **({"max_bytes": 200_000} | limits))  # type: ignore[arg-type]
    return caught.value.code


@pytest.mark.parametrize(
    "data",
    [b'{"a":1,"a":1}', b'{"a":{"b":1,"c":2,"b":3}}', b'{"a":1,"\\u0061":2}', b'[{"x":1, "x":2}]'],
)
def test_refuses_repeated_members(data: bytes) -> None:
    assert refused(data) == "json.duplicate_member"


@pytest.mark.parametrize(
    "data",
    [
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"[1e999]",
        b'"\\ud800"',
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b"{} {}",
        b"{}\x00",
        b"{'a':1}",
        b'{"a":1,}',
        b"[01]",
        b"",
        b"[" * 100_000,
        b"9" * 5_000,
    ],
)
def test_refuses_what_is_not_strict_json(data: bytes) -> None:
    assert refused(data) == "json.malformed"


def test_refuses_text_that_nests_too_deep() -> None:
    assert strict_json_loads(b"[" * 16 + b"]" * 16, max_bytes=100)
    assert refused(b"[" * 17 + b"]" * 17) == "json.too_deep"
    assert refused(b'{"a":' * 3 + b"1" + b"}" * 3, max_depth=2) == "json.too_deep"
    assert refused(b"[" * 500 + b"]" * 500, max_depth=400) == "json.too_deep"


def test_refuses_endless_nesting_even_where_the_caller_sets_no_depth() -> None:
    with pytest.raises(CanonicalError) as caught:
        strict_json_loads(b"[" * 900 + b"]" * 900, max_bytes=10_000, max_depth=None)
    assert caught.value.code == "json.too_deep"


def test_refuses_text_that_is_too_large() -> None:
    assert refused(b"[1,2]", max_bytes=4) == "json.too_large"


def test_refuses_fractions_where_only_whole_numbers_are_allowed() -> None:
    assert strict_json_loads(b"[1.5]", max_bytes=100) == [1.5]
    assert refused(b'{"a":[1.0]}', floats=False) == "json.number"


def test_brackets_inside_texts_are_not_taken_for_depth() -> None:
    assert strict_json_loads(b'["' + b"[" * 50 + b'"]', max_bytes=100) == ["[" * 50]


def test_long_integers_keep_every_digit() -> None:
    assert strict_json_loads(b"[123456789012345678901234567890]", max_bytes=100) == [123456789012345678901234567890]


@given(JSON_VALUES)
def test_agrees_with_the_standard_library_on_honest_text(value: object) -> None:
    data = json.dumps(value).encode()
    assert strict_json_loads(data, max_bytes=10**6, max_depth=100) == json.loads(data)


def test_canonical_json_sorts_by_utf16_and_keeps_chinese() -> None:
    assert canonical_json({"b": 1, "a": "张"}) == '{"a":"张","b":1}'.encode()
    # U+1F600 sorts before U+FFEE by UTF-16 code units, after it by code points (RFC 8785 section 3.2.3).
    assert canonical_json({"\uffee": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\uffee":1}'.encode()


@pytest.mark.parametrize("value", [float("nan"), 2**53, "\ud800", object()])
def test_refuses_values_without_a_canonical_form(value: object) -> None:
    with pytest.raises(CanonicalError) as caught:
        canonical_json(value)
    assert caught.value.code == "json.not_canonical"


@given(st.binary(max_size=200))
def test_base64url_round_trip(data: bytes) -> None:
    text = b64url(data)
    assert "=" not in text
    assert b64url_decode_strict(text) == b64url_decode_strict(text.encode()) == data
    assert b64url_ascii(data) == text.encode()


@pytest.mark.parametrize(
    "text",
    [
        "YQ==",
        "YQ=",
        "YWJj=",
        "=",
        "====",
        "YW Jj",
        "YWJj\n",
        " YWJj",
        "YWI/",
        "YWI+",
        "é",
        "A",
        "AAAAA",
        "YW.I",
        "YWJj\0",
    ],
)
def test_refuses_padding_blanks_and_foreign_characters_in_base64url(text: str) -> None:
    with pytest.raises(CanonicalError) as caught:
        b64url_decode_strict(text)
    assert caught.value.code == "base64.malformed"


@pytest.mark.parametrize("text", ["YR", "YX", "YWJ", "YWL", "YWJjYR"])
def test_refuses_unused_bits_in_base64url(text: str) -> None:
    with pytest.raises(CanonicalError):
        b64url_decode_strict(text)


@given(st.text(alphabet="AQgwEYIJz_-+/= \n", max_size=12))
def test_every_byte_string_has_one_base64url_text(text: str) -> None:
    try:
        data = b64url_decode_strict(text)
    except CanonicalError:
        return
    assert b64url(data) == text


_NAMES = st.text(max_size=6) | st.sampled_from(
    ["a", "B", "\u20ac", "\U0001f600", "\ufb33", "\ue000", "\u0080", "\r", "1"]
)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.floats()
        | st.sampled_from([2**53 - 1, 2**53, -(2**53)]),
        lambda inner: (
            st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(_NAMES, inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_the_fast_writer_never_differs_from_the_exact_one(value: object) -> None:
    try:
        exact = rfc8785.dumps(value)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        with pytest.raises(CanonicalError):
            canonical_json(value)
    else:
        assert canonical_json(value) == exact


def test_every_character_is_written_as_the_exact_writer_writes_it() -> None:
    for plane in range(0, 0x110000, 0x1000):
        text = "".join(chr(code) for code in range(plane, plane + 0x1000) if not 0xD800 <= code <= 0xDFFF)
        assert canonical_json({"text": [text]}) == rfc8785.dumps({"text": [text]})


class _Word(str):
    __slots__ = ()


class _Named(StrEnum):
    A = "a"


@pytest.mark.parametrize("value", [_Word("x"), {_Word("x"): 1}, [_Named.A], {1: 2}, b"x", object(), {"a": {2}}])
def test_what_is_no_plain_json_value_goes_to_the_exact_writer(value: object) -> None:
    try:
        exact = rfc8785.dumps(value)  # type: ignore[arg-type]
    except rfc8785.CanonicalizationError:
        with pytest.raises(CanonicalError):
            canonical_json(value)
    else:
        assert canonical_json(value) == exact


def test_a_value_that_nests_deeper_than_the_fast_writer_goes_is_still_canonical() -> None:
    value: list[object] = []
    for _ in range(300):
        value = [value]
    assert canonical_json(value) == b"[" * 301 + b"]" * 301


@pytest.mark.parametrize("bytes_before", [0, 30, 381, 384, 387, 3000])
@pytest.mark.parametrize(
    "wrong",
    ["+AAA", "/AAA", "A+AA", "AA/A", "AAA=", "AA==", "A AA", "AA\nA", "AAAé", "AAA\0", "AB", "AAB", "A", "AA.A"],
)
def test_refuses_wrong_characters_in_texts_of_any_length(bytes_before: int, wrong: str) -> None:
    """Short and long texts are read in two ways, each with its own refusals."""
    before = b64url(b"\xfb" * bytes_before)
    assert b64url_decode_strict(before + "-_AA").startswith(b"\xfb" * bytes_before)
    for text in (before + wrong, wrong + before if len(wrong) == 4 else before + wrong):
        with pytest.raises(CanonicalError) as caught:
            b64url_decode_strict(text)
        assert caught.value.code == "base64.malformed"
