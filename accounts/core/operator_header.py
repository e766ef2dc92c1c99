"""The `Operator` header: who acts behind a call of an agency's system, in every call.

A Dictionary of structured fields (RFC 9651 section 3.2) of exactly `name`, `post` and `unit`, each a String or, for what is not
ASCII, a Display String (section 3.3.8): `name=%"%e5%82%85%e4%b8%80%e9%b8%a3", post="counter 3", unit=%"..."`. `name` is the
person's name or staff number.
"""

import re
import unicodedata
from typing import Final
from urllib.parse import unquote_to_bytes

from accounts.core.caller import Operator
from accounts.core.errors import OperatorError
from accounts.core.text_rules import text_fault

HEADER: Final = "Operator"
MAX_CHARACTERS: Final = 60  # of each text, as in the records of officers
MAX_HEADER_CHARACTERS: Final = (
    2048  # three texts of 60 characters, each of three bytes written as nine characters, and the rest
)
_NAMES: Final = frozenset({"name", "post", "unit"})
_STRING: Final = r'"(?P<plain>(?:[ !#-\[\]-~]|\\["\\])*)"'
_DISPLAY: Final = r'%"(?P<display>(?:[ !#$&-~]|%[0-9a-f]{2})*)"'
_MEMBER: Final = re.compile(rf"(?P<key>[a-z]+)=(?:{_STRING}|{_DISPLAY})", re.ASCII)
_BLANKS: Final = re.compile(" +")
_COMMA: Final = re.compile(r"[ \t]*,[ \t]*", re.ASCII)


def read_operator(header: str | None) -> Operator:
    """This will read the header; raises OperatorError `operator.missing` or `operator.malformed`, which repeat nothing of it."""
    if header is None or not header.strip():
        raise OperatorError("operator.missing", "every call names its operator in the Operator header")
    if len(header) > MAX_HEADER_CHARACTERS:
        raise _malformed()
    members = _members(header.strip(" "))
    if members.keys() != _NAMES or not all(_is_name(text) for text in members.values()):
        raise _malformed()
    return Operator(name=members["name"], post=members["post"], unit=members["unit"])


def _members(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    place = 0
    while True:
        member = _MEMBER.match(text, place)
        if (
            member is None or member["key"] in found
        ):  # the standard lets the last one win: then two readers could differ
            raise _malformed()
        found[member["key"]] = _text(member)
        if member.end() == len(text):
            return found
        comma = _COMMA.match(text, member.end())
        if comma is None:
            raise _malformed()
        place = comma.end()


def _text(member: re.Match[str]) -> str:
    if member["display"] is None:
        return re.sub(r"\\(.)", r"\1", member["plain"])
    try:
        return unquote_to_bytes(member["display"]).decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed() from None


def _is_name(value: str) -> bool:
    # What shows nothing names nobody, and the holder reads these words in the list of looks.
    is_seen = any(unicodedata.category(char)[0] not in "MZ" for char in value)
    return is_seen and text_fault(_BLANKS.sub(" ", value.strip(" "))) is None and len(value) <= MAX_CHARACTERS


def _malformed() -> OperatorError:
    return OperatorError(
        "operator.malformed", "Operator is a structured dictionary of name, post and unit, each of 1 to 60 characters"
    )
