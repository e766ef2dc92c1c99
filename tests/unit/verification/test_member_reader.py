"""Members of signed statements: each of its own type and within its bounds, or the caller's own refusal."""

import re
from typing import Any

import pytest

from verification.core.errors import MessageError
from verification.core.member_reader import MemberReader, read_object

LAST_SECOND = 253_402_300_799


def refusal() -> MessageError:
    return MessageError("test.refused", "not as agreed")


def over(value: Any) -> MemberReader:
    return MemberReader(members={"m": value}, refuse=refusal)


def refused(read: Any) -> None:
    with pytest.raises(MessageError) as caught:
        read()
    assert caught.value.code == "test.refused"


@pytest.mark.parametrize("value", ["", "x" * 257, "a\nb", "a\u202eb", "\ud800", 7, None, True, ["x"], {}])
def test_refuses_what_is_no_short_printable_text(value: object) -> None:
    assert over("x" * 256).text("m") == "x" * 256
    refused(lambda: over(value).text("m"))
    refused(lambda: over("xy").text("m", pattern=re.compile("x")))
    refused(lambda: over("x").text("another"))


@pytest.mark.parametrize("value", [-1, LAST_SECOND + 1, 2**63, True, False, 1.0, "1", None, [], {}])
def test_refuses_what_is_no_whole_number_in_range(value: object) -> None:
    assert over(LAST_SECOND).whole("m") == LAST_SECOND
    refused(lambda: over(value).whole("m"))
    refused(lambda: over(value).moment("m"))


def test_an_optional_moment_is_absent_or_right() -> None:
    assert over(None).optional_moment("m") is None
    assert over(None).optional_moment("another") is None
    refused(lambda: over("1").optional_moment("m"))


@pytest.mark.parametrize("value", [["x"] * 4, "xyz", {"0": "x"}, 3, None])
def test_refuses_what_is_no_array_of_so_many_items(value: object) -> None:
    assert over(["x"] * 3).items("m", most=3) == ("x",) * 3
    refused(lambda: over(value).items("m", most=3))


@pytest.mark.parametrize("value", [["x", "x"], ["x", 1], ["x", ""], [["x"]], ["a", "b", "c"], ["xxx"]])
def test_refuses_texts_that_repeat_or_are_none(value: object) -> None:
    assert over(["x", "y"]).texts("m", most=2, max_length=2) == ("x", "y")
    refused(lambda: over(value).texts("m", most=2, max_length=2))


@pytest.mark.parametrize("value", [[1], ["x"], [[]], [None], [{}, 1]])
def test_refuses_items_that_are_no_objects(value: object) -> None:
    refused(lambda: over(value).objects("m", most=2))


@pytest.mark.parametrize("text", ["", "YQ", "YQ=", "YR==", "YQ==\n", " YQ==", "YQ==YQ==", "Y-==", "é", "====", "YQ==="])
def test_refuses_base64_that_is_not_in_its_one_form(text: str) -> None:
    assert over(None).der("YQ==") == b"a"
    refused(lambda: over(None).der(text))


@pytest.mark.parametrize("data", [b"[]", b"7", b'{"a":1.5}', b'{"a":1,"a":2}', b"{", b'{"a":12345678901}'])
def test_refuses_a_text_that_is_no_small_strict_object(data: bytes) -> None:
    refused(lambda: read_object(data, max_bytes=16, refuse=refusal))
