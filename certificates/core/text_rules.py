"""Which characters a licence may hold: what is read on the page must be what was signed, and nothing unseen beside it."""

import re
import unicodedata

from accounts.core.text_rules import text_fault

__all__ = ["is_person_name", "text_fault"]


def is_person_name(value: str) -> bool:
    """This will tell whether a text is letters, joined by single `·`, hyphens, apostrophes, blanks or stops.

    The dot of names such as 阿卜杜拉·买买提 is U+00B7 only: its look-alikes would make two names of one.
    """
    parts = re.split(r"[·' -]|\. ?", value.removesuffix("."))
    return all(part and all(_is_letter(char) for char in part) for part in parts)


def _is_letter(char: str) -> bool:
    # What is unassigned here is an ideograph newer than Python's tables, for all else has been refused before.
    return unicodedata.category(char)[0] in "LM" or unicodedata.category(char) == "Cn"
