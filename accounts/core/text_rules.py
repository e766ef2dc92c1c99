"""Which characters a text that people read may hold: what stands on the page must be what was given, and nothing unseen beside it."""

import re
import unicodedata
from typing import Final

# Control, format (zero width, RTL overrides, tags), lone surrogates, private use (a glyph only one font knows), line and
# paragraph separators. Unassigned is judged apart: rare names use ideographs newer than Python's tables.
_REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffc\ufffd\U000e0100-\U000e01ef]"
)
_STACKED_MARKS: Final = 3


def text_fault(value: str) -> str | None:
    """This will return what is wrong with a text (`character`, `blank`, `normalisation`, `marks`), or None.

    Normalisation is NFC; blanks are U+0020 only, single and inside.
    """
    if any(_is_refused(char) for char in value) or _UNSEEN.search(value):
        return "character"
    if value != value.strip() or "  " in value or not value:
        return "blank"
    if not unicodedata.is_normalized("NFC", value):
        return "normalisation"
    run = 0
    for char in value:
        run = run + 1 if unicodedata.combining(char) else 0
        if run > _STACKED_MARKS:
            return "marks"
    return None


def _is_refused(char: str) -> bool:
    category = unicodedata.category(char)
    if category == "Cn":
        # The supplementary and tertiary ideographic planes are for Han characters only; their last two points are not.
        return not (0x20000 <= ord(char) <= 0x3FFFD and ord(char) & 0xFFFE != 0xFFFE)  # noqa: PLR2004
    return category in _REFUSED or (category == "Zs" and char != " ")
