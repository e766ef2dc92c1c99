"""What a look-up is for: a matter 事项 in force, a case number in its agency's pattern, and a reason in plain words.

A reason that says nothing ("测试", "查询查询", the same sentence for every citizen) is how data trade looked in court
files; so the text is held against rules that come as data, and counted copies.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from verification.core.data_pattern import compile_pattern
from verification.core.errors import PolicyError

MAX_CASE_NUMBER_CHARS: Final = 64  # twice the longest seen; bounds what a pattern is tried on

_FILLER: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """This will hold one matter; it is in force on both its first day and its last day (None: no last day).

    `past_days` is how far back a look for it may ask how things stood then; 0 is not at all. `case_example` is a number of a
    case as people are shown one, or empty.
    """

    code: str
    name_zh: str
    name_en: str
    in_force_from: date
    in_force_to: date | None
    case_pattern: str
    past_days: int = 0
    case_example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeRules:
    """This will hold what a stated reason must not be; lengths count letters and digits, `max_copies` earlier uses.

    `placeholders` are whole texts, `placeholder_patterns` patterns of whole texts, both compared without blanks,
    punctuation and case.
    """

    min_length: int
    max_length: int
    min_distinct: int
    max_copies: int
    placeholders: frozenset[str]
    placeholder_patterns: tuple[str, ...]


def check_matter(matter: Matter | None, *, on: date) -> Matter:
    """This will give the matter back if it is in force that day. Raises PolicyError `matter.unknown|not_in_force`."""
    if matter is None:
        raise PolicyError("matter.unknown", "no matter has this code")
    if on < matter.in_force_from or (matter.in_force_to is not None and on > matter.in_force_to):
        raise PolicyError("matter.not_in_force", "the matter is not in force on this day")
    return matter


def check_case_number(matter: Matter, case_number: str) -> None:
    """This will return if the number has the whole form of the matter's pattern. Raises PolicyError `case.pattern`."""
    pattern = compile_pattern(matter.case_pattern)
    if len(case_number) > MAX_CASE_NUMBER_CHARS or pattern.fullmatch(case_number) is None:
        raise PolicyError("case.pattern", "the case number does not have the form of the agency's numbers")


def check_purpose(
    text: str, rules: PurposeRules, *, copies: int, matter: Matter | None = None, case_number: str = ""
) -> None:
    """This will return if the reason says something of its own; `copies` counts its earlier uses by the same agency.

    Raises PolicyError `purpose.characters|too_long|too_short|placeholder|repeated|only_matter|only_case|copied`.
    """
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} for char in text):
        raise PolicyError("purpose.characters", "the reason holds characters that cannot be read")
    core = plain(text)
    if len(text) > rules.max_length:
        raise PolicyError("purpose.too_long", "the reason is too long")
    if core in {plain(item) for item in rules.placeholders} or _matches_any(core, rules.placeholder_patterns):
        raise PolicyError("purpose.placeholder", "the reason is a placeholder")
    if matter is not None and core in {plain(matter.name_zh), plain(matter.name_en), plain(matter.code)}:
        raise PolicyError("purpose.only_matter", "the reason only repeats the matter")
    if core and core == plain(case_number):
        raise PolicyError("purpose.only_case", "the reason only repeats the case number")
    if len(core) < rules.min_length:
        raise PolicyError("purpose.too_short", "the reason is too short")
    if len(set(core)) < rules.min_distinct or core in (core + core)[1:-1]:
        raise PolicyError("purpose.repeated", "the reason only repeats a few characters")
    if copies > rules.max_copies:
        raise PolicyError("purpose.copied", "the same reason was given too often before")


def plain(text: str) -> str:
    """This will give the text to compare and count: NFKC, folded case, letters and digits only.

    Store this form (or a digest of it) to count copies: blanks and punctuation do not make a new reason.
    """
    return _FILLER.sub("", unicodedata.normalize("NFKC", text).casefold())


def _matches_any(core: str, patterns: Iterable[str]) -> bool:
    return any(compile_pattern(pattern).fullmatch(core) for pattern in patterns)
