"""A look-up names a matter in force, a case number in form, and a reason that says something."""

import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from verification.core.data_pattern import compile_pattern
from verification.core.errors import PolicyError
from verification.core.matters import Matter, PurposeRules, check_case_number, check_matter, check_purpose, plain

MATTER = Matter(
    code="vehicle_transfer",
    name_zh="机动车转移登记",
    name_en="Vehicle transfer registration",
    in_force_from=date(2026, 1, 1),
    in_force_to=date(2026, 12, 31),
    case_pattern=r"粤A-\d{4}-\d{6}",
)
RULES = PurposeRules(
    min_length=6,
    max_length=60,
    min_distinct=4,
    max_copies=20,
    placeholders=frozenset({"测试", "业务需要", "n/a", "办理业务"}),
    placeholder_patterns=(r"(?:test|测试)\d*", r"查询.*信息"),
)
GOOD = "核对过户双方的驾驶资格"


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 12, 31)])
def test_a_matter_is_in_force_from_its_first_to_its_last_day(day: date) -> None:
    assert check_matter(MATTER, on=day) is MATTER


def test_a_matter_without_a_last_day_stays_in_force() -> None:
    open_ended = Matter(
        code="x", name_zh="x", name_en="x", in_force_from=date(2026, 1, 1), in_force_to=None, case_pattern="x"
    )
    assert check_matter(open_ended, on=date(2099, 1, 1)) is open_ended


@pytest.mark.parametrize(
    ("matter", "day", "code"),
    [
        (None, date(2026, 6, 1), "matter.unknown"),
        (MATTER, date(2025, 12, 31), "matter.not_in_force"),
        (MATTER, date(2027, 1, 1), "matter.not_in_force"),
    ],
)
def test_refuses_a_matter_unknown_or_out_of_force(matter: Matter | None, day: date, code: str) -> None:
    with pytest.raises(PolicyError) as caught:
        check_matter(matter, on=day)
    assert caught.value.code == code


def test_takes_a_case_number_in_form() -> None:
    check_case_number(MATTER, "粤A-2026-000123")


@pytest.mark.parametrize(
    "number",
    [
        "",
        "粤A-2026-00012",
        "粤A-2026-0001234",
        "x粤A-2026-000123",
        "粤A-2026-000123\n",
        "粤A-２０２６-000123",
        "粤A-2026-000123" * 9,
    ],
)
def test_refuses_a_case_number_out_of_form(number: str) -> None:
    with pytest.raises(PolicyError) as caught:
        check_case_number(MATTER, number)
    assert caught.value.code == "case.pattern"


def test_a_case_number_has_at_most_64_characters_whatever_the_pattern() -> None:
    anything = replace(MATTER, case_pattern=".+")
    check_case_number(anything, "x" * 64)
    with pytest.raises(PolicyError) as caught:
        check_case_number(anything, "x" * 65)
    assert caught.value.code == "case.pattern"


def test_takes_a_reason_that_says_something() -> None:
    check_purpose(GOOD, RULES, copies=20, matter=MATTER, case_number="粤A-2026-000123")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("测试", "purpose.placeholder"),
        ("  测 试。 ", "purpose.placeholder"),
        ("N/A", "purpose.placeholder"),
        ("TEST123", "purpose.placeholder"),
        ("ＴＥＳＴ１２３", "purpose.placeholder"),
        ("查询证照信息", "purpose.placeholder"),
        ("机动车转移登记", "purpose.only_matter"),
        ("机动车 转移登记!", "purpose.only_matter"),
        ("vehicle transfer registration", "purpose.only_matter"),
        ("vehicle_transfer", "purpose.only_matter"),
        ("粤A-2026-000123", "purpose.only_case"),
        ("粤A 2026 000123", "purpose.only_case"),
        ("核对资格", "purpose.too_short"),
        ("核.对.资.格.!!!!!!", "purpose.too_short"),
        ("。。。。。。。。", "purpose.too_short"),
        ("", "purpose.too_short"),
        ("哈哈哈哈哈哈哈哈", "purpose.repeated"),
        ("核对资格核对资格核对资格", "purpose.repeated"),
        ("核对核对核对核", "purpose.repeated"),
        ("核对" + "过户双方的驾驶资格" * 7, "purpose.too_long"),
        ("核对过户双方\u200b的驾驶资格", "purpose.characters"),
        ("核对过户双方\n的驾驶资格", "purpose.characters"),
    ],
)
def test_refuses_a_reason_that_says_nothing(text: str, code: str) -> None:
    with pytest.raises(PolicyError) as caught:
        check_purpose(text, RULES, copies=0, matter=MATTER, case_number="粤A-2026-000123")
    assert caught.value.code == code


def test_a_reason_of_punctuation_is_too_short_also_without_a_case_number() -> None:
    with pytest.raises(PolicyError) as caught:
        check_purpose("。。。。", RULES, copies=0)
    assert caught.value.code == "purpose.too_short"


def test_the_fewest_distinct_characters_are_enough() -> None:
    check_purpose("核对资格格资", RULES, copies=0)


def test_refuses_a_reason_copied_too_often() -> None:
    with pytest.raises(PolicyError) as caught:
        check_purpose(GOOD, RULES, copies=21)
    assert caught.value.code == "purpose.copied"


def test_punctuation_and_blanks_do_not_make_a_new_reason() -> None:
    assert plain(" 核对，过户 双方！") == plain("核对过户双方") == "核对过户双方"


@pytest.mark.parametrize("bounds", [{"min_length": 11, "max_length": 11}])
def test_lengths_are_inclusive(bounds: dict[str, Any]) -> None:
    assert len(GOOD) == 11
    rules = PurposeRules(min_distinct=4, max_copies=0, placeholders=frozenset(), placeholder_patterns=(), **bounds)
    check_purpose(GOOD, rules, copies=0)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",
        "(a|b)*c",
        "(?:a?){50}",
        r"(a)\1",
        "(?=a)b",
        "(?i)a",
        "(?P<n>a)",
        "a*b*c*",
        "a{1,}b{2,}c+",
        "a{1000}",
        "a?" * 20 + "a" * 20,
        "(a|a)" * 20 + "b",
        "a{0,99}" * 4 + "b",
        "[[a]",
        "[a--b]",
        "[",
        "*",
        "",
        "x" * 129,
        "a\n",
    ],
)
def test_refuses_a_pattern_that_could_run_for_long_or_is_none(pattern: str) -> None:
    with pytest.raises(PolicyError) as caught:
        compile_pattern(pattern)
    assert caught.value.code == "policy.pattern"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\(\d{4}\)粤.*", "(2026)粤0106"),
        (r"[(+*)]{1,3}", "(*)"),
        (r"(?:A|B)-\d+", "B-77"),
        (r"(?:A)?\d{2}", "77"),
        (r"[]a]+", "]a"),
        (r"[01234]+", "4321"),
        ("x" * 128, "x" * 128),
    ],
)
def test_takes_ordinary_patterns(pattern: str, text: str) -> None:
    assert compile_pattern(pattern).fullmatch(text)


@pytest.mark.parametrize("pattern", [".*a.*b", "a?" * 16 + "a" * 16 + "b", "a{0,39}a{0,39}a{0,39}b", "a*a*a?a?a?a?b"])
def test_the_worst_allowed_patterns_are_quick(pattern: str) -> None:
    started = time.perf_counter()
    assert compile_pattern(pattern).fullmatch("a" * 200) is None
    assert time.perf_counter() - started < 1
