"""What makes a statement that of a purpose copy 加注件: its number, what it is for, and for whom; when it ends is `exp`.

It stands in the clear in both forms of the statement (credential and printed code), for a copy is good for nothing else
and whoever holds it has to be told so.
"""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from certificates.core.text_rules import text_fault

MAX_PURPOSE_CHARS: Final = 60  # three bytes each in a printed code that a telephone reads at arm's length
MAX_RECIPIENT_CHARS: Final = 50  # the longest names of agencies and firms are about 40
NUMBER_BYTES: Final = 8
MARK_BITS: Final = 48
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without the look-alikes I L O U (Crockford's base 32)
_NUMBER: Final = re.compile(rf"(?:[{_LETTERS}]{{4}}-){{2}}[{_LETTERS}]{{4}}", re.ASCII)
_NUMBER_LETTERS: Final = 12
_GROUP: Final = 4


class CopyClaims(NamedTuple):
    """This will hold a copy's number ("7Q4K-09ZT-MXB2"), purpose and recipient as they are signed, printed and shown."""

    number: str
    purpose: str
    recipient: str


def new_copy_number(*, random: Callable[[int], bytes]) -> str:
    """This will draw a copy's number of 60 random bits; `random(n)` gives n unpredictable bytes."""
    drawn = int.from_bytes(random(NUMBER_BYTES))
    letters = "".join(_LETTERS[drawn >> (5 * place) & 31] for place in range(_NUMBER_LETTERS))
    return "-".join(letters[at : at + _GROUP] for at in range(0, _NUMBER_LETTERS, _GROUP))


def new_copy_mark(*, random: Callable[[int], bytes]) -> int:
    """This will draw the number that is drawn into a copy's background: 48 random bits, so never one to be guessed."""
    return int.from_bytes(random(MARK_BITS // 8))


def is_copy_number(text: str) -> bool:
    """This will tell whether a text has the form of a copy's number."""
    return _NUMBER.fullmatch(text) is not None


def copy_claims(number: Any, purpose: Any, recipient: Any) -> CopyClaims | None:
    """This will give the claims, or None for what is no copy's: wrong types, another form, or characters that hide something."""
    texts = (number, purpose, recipient)
    if not all(isinstance(text, str) for text in texts) or not is_copy_number(number):
        return None
    if not (_is_line(purpose, MAX_PURPOSE_CHARS) and _is_line(recipient, MAX_RECIPIENT_CHARS)):
        return None
    return CopyClaims(number, purpose, recipient)


def _is_line(text: str, longest: int) -> bool:
    return len(text) <= longest and text_fault(text) is None
