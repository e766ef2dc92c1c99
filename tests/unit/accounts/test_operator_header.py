"""The Operator header: a structured dictionary of exactly three names of people and places, read in one way only."""

from contextlib import suppress

import http_sf
import pytest
from http_sf import DisplayString
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.core.caller import Operator
from accounts.core.errors import OperatorError
from accounts.core.operator_header import MAX_CHARACTERS, MAX_HEADER_CHARACTERS, read_operator
from accounts.core.text_rules import text_fault

PLAIN = 'name="0017", post="counter 3", unit="hall"'
CHINESE = 'name=%"%e5%82%85%e4%b8%80%e9%b8%a3", post=%"%e7%aa%97%e5%8f%a3", unit="B"'
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z", "M")), min_size=1, max_size=MAX_CHARACTERS
).filter(lambda text: text_fault(text) is None)


def code(header: str | None) -> str:
    with pytest.raises(OperatorError) as refused:
        read_operator(header)
    assert header is None or len(header) < 8 or header not in str(refused.value)
    return refused.value.code


def test_reads_plain_and_display_strings_in_any_order() -> None:
    assert read_operator(PLAIN) == Operator(name="0017", post="counter 3", unit="hall")
    assert read_operator(CHINESE) == Operator(name="傅一鸣", post="窗口", unit="B")
    assert read_operator('unit="c",post="b"  ,\tname="a"') == Operator(name="a", post="b", unit="c")
    assert read_operator(r'name="a\"b\\", post="b", unit="c"') == Operator(name='a"b\\', post="b", unit="c")


@pytest.mark.parametrize("header", [None, "", " ", "   "])
def test_refuses_a_missing_header(header: str | None) -> None:
    assert code(header) == "operator.missing"


@pytest.mark.parametrize(
    "header",
    [
        "0017",
        'name="a"',
        'name="a", post="b"',
        'name="a", post="b", unit="c", phone="1"',
        'name="a", post="b", unit="c",',
        'name="a", post="b", unit="c", name="d"',
        'name="a" post="b" unit="c"',
        'name="a"; post="b"; unit="c"',
        'name="a";x=1, post="b", unit="c"',
        'NAME="a", post="b", unit="c"',
        'name=a, post="b", unit="c"',
        'name=:YQ==:, post="b", unit="c"',
        'name=("a"), post="b", unit="c"',
        "name=17, post=2, unit=3",
        'name, post="b", unit="c"',
        'name="", post="b", unit="c"',
        'name=" ", post="b", unit="c"',
        'name="傅", post="b", unit="c"',
        'name="a\\x", post="b", unit="c"',
        'name="a", post="b", unit="c" x',
        'name=%"%E5%82%85", post="b", unit="c"',
        'name=%"%e5%82", post="b", unit="c"',
        'name=%"%ff", post="b", unit="c"',
        'name=%"%", post="b", unit="c"',
        'name=%"%0a", post="b", unit="c"',
        'name=%"0017%e2%80%ae", post="b", unit="c"',
        'name=%"%00", post="b", unit="c"',
        'name=%"%e2%80%8b", post="b", unit="c"',
        'name=%"%ed%a0%80", post="b", unit="c"',
        f'name="{"x" * (MAX_CHARACTERS + 1)}", post="b", unit="c"',
        f'name="a", post="b", unit="c"{" " * MAX_HEADER_CHARACTERS}',
        "x" * 100_000,
        'name="' * 300,
    ],
)
def test_refuses_what_names_nobody_or_could_be_read_in_two_ways(header: str) -> None:
    assert code(header) == "operator.malformed"


@pytest.mark.parametrize(
    "unseen",
    ["\u3164", "\u2800", "\u115f", "\uffa0", "\u0301", "\u0301\u0302", "\ufe0f", "\u034f", "a\u3164", "\u20dd"],
)
def test_refuses_an_operator_of_characters_that_nobody_sees(unseen: str) -> None:
    for place in ("name", "post", "unit"):
        texts = dict.fromkeys(("name", "post", "unit"), DisplayString("x")) | {place: DisplayString(unseen)}
        assert code(str(http_sf.ser(texts))) == "operator.malformed"


def test_takes_the_longest_names_in_any_script() -> None:
    longest = "傅" * MAX_CHARACTERS
    header = str(http_sf.ser({name: DisplayString(longest) for name in ("name", "post", "unit")}))
    assert read_operator(header).unit == longest


@settings(max_examples=30)
@given(st.fixed_dictionaries({"name": NAMES, "post": NAMES, "unit": NAMES}))
def test_reads_what_a_library_of_structured_fields_writes(texts: dict[str, str]) -> None:
    header = str(http_sf.ser({name: DisplayString(text) for name, text in texts.items()}))
    assert read_operator(header) == Operator(**texts)


@given(st.text(max_size=80))
def test_no_text_gives_another_error(header: str) -> None:
    with suppress(OperatorError):
        read_operator(header)
