"""Regular expressions that come from policy data: compiled only in a form that cannot run for long.

Python's engine backtracks. A repeated group, a back-reference or many open-ended repeats let a short text keep it busy
for years, and the text matched here is typed by strangers.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from verification.core.errors import PolicyError

MAX_PATTERN_CHARS: Final = 128  # case numbers of agencies need under 60
MAX_WAYS: Final = 2**16  # in which a text can be tried: the matcher takes about 10 million steps a second

_PIECE: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|\(\?|\{[0-9]*,?[0-9]*\}|.", re.DOTALL)
_BACK_REFERENCE: Final = re.compile(r"\\[0-9]")
_LARGE_COUNT: Final = re.compile(r"[0-9]{3,}")
_RANGE: Final = re.compile(r"\{([0-9]*),([0-9]+)\}")
_NESTED_SET: Final = re.compile(r"\[.*(?:\[|--|&&|~~|\|\|)", re.DOTALL)
_OPEN_WAYS: Final = 64  # as many as a case number has characters; so a pattern has at most two open repeats


@lru_cache(maxsize=256)
def compile_pattern(text: str) -> re.Pattern[str]:
    """This will compile a pattern to be matched whole; `\\d` and `\\w` are ASCII. Raises PolicyError `policy.pattern`."""
    if not 0 < len(text) <= MAX_PATTERN_CHARS or not text.isprintable():
        raise PolicyError("policy.pattern", "a pattern is empty, too long or not printable")
    _require_quick(list(_pieces(text)))
    try:
        return re.compile(text, re.ASCII)
    except re.error as error:
        raise PolicyError("policy.pattern", "a pattern cannot be compiled") from error


def _pieces(text: str) -> Iterator[str]:
    return (match.group() for match in _PIECE.finditer(text))


def _require_quick(pieces: list[str]) -> None:
    ways = 1
    for previous, piece in zip(["", *pieces], pieces, strict=False):
        if piece == "[" or _NESTED_SET.match(piece):
            raise PolicyError("policy.pattern", "a set without end, or within a set, has no settled meaning")
        if piece == "(?" or _BACK_REFERENCE.fullmatch(piece):
            raise PolicyError("policy.pattern", "look-around, flags and back-references are not allowed in a pattern")
        is_repeat = piece[0] in "*+{"
        if is_repeat and previous == ")":
            raise PolicyError("policy.pattern", "a group must not be repeated in a pattern")
        if piece[0] == "{" and _LARGE_COUNT.search(piece):
            raise PolicyError("policy.pattern", "a repeat count in a pattern has at most two digits")
        ways *= _ways(piece)
    if ways > MAX_WAYS:
        raise PolicyError("policy.pattern", "a pattern leaves too many ways to try a text")


def _ways(piece: str) -> int:
    """This will give how many ways of matching a piece adds: a pattern's work is at most the product of them."""
    if piece in {"*", "+"} or piece.endswith(",}"):
        return _OPEN_WAYS
    if piece in {"?", "|"}:
        return 2
    bounds = _RANGE.fullmatch(piece)
    return 1 if bounds is None else max(1, int(bounds[2]) - int(bounds[1] or 0) + 1)
