"""Changes that know nothing of a format: bits, cuts, repeats, pieces of other inputs, characters that parsers disagree on."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from tests.fuzz.target import Mutant, Mutator

_PIECES = (
    *(
        "~",
        ".",
        "..",
        "=",
        "==",
        " ",
        "\n",
        "\r\n",
        "\t",
        "\x00",
        "\x7f",
        "\x85",
        "\xa0",
        "\u2028",
        "\u202e",
        "\ufeff",
        "é",
        "Ａ",
        "а",
    ),
    *(
        "張",
        "\U00020000",
        "\ud800",
        "\udc00",
        "e30",
        "eyJ",
        "e30.e30.",
        "HZ1:",
        "HZP1:330000:",
        "null",
        "NaN",
        "1e999",
        "-0",
        "{}",
        "[]",
    ),
    *(
        '"',
        "\\",
        "\\u0000",
        "\\ud800",
        "--",
        "+",
        "/",
        "_",
        "-",
        "A",
        "AA",
        "\u2014 ",
        "\n\n",
        ";",
        ":",
        ",",
        "(",
        ")",
        "<!",
        "%00",
    ),
)


def bytes_mutators(others: Sequence[bytes]) -> list[Mutator]:
    """Changes to bytes; `others` lend pieces."""
    return [_plain(change) for change in _byte_changes(others)]


def text_mutators(others: Sequence[str]) -> list[Mutator]:
    """Changes to text, by characters."""
    return [_plain(change) for change in _text_changes(others)]


def _plain(change: Callable[[Random, Any], Any]) -> Mutator:
    return lambda rng, seed: Mutant(change(rng, seed))


def _span(rng: Random, length: int) -> tuple[int, int]:
    start = rng.randrange(length + 1)
    return start, min(length, start + rng.choice((0, 1, 1, 2, 3, 4, 8, 20, 64, 500)))


def _byte_changes(others: Sequence[bytes]) -> list[Callable[[Random, bytes], bytes]]:
    def flip(rng: Random, data: bytes) -> bytes:
        if not data:
            return b"\0"
        at = rng.randrange(len(data))
        return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]

    def overwrite(rng: Random, data: bytes) -> bytes:
        start, end = _span(rng, len(data))
        return data[:start] + rng.choice((rng.randbytes(end - start), bytes(end - start), b"\xff" * 3)) + data[end:]

    def cut(rng: Random, data: bytes) -> bytes:
        start, end = _span(rng, len(data))
        return data[:start] + data[end:]

    def truncate(rng: Random, data: bytes) -> bytes:
        at = rng.randrange(len(data) + 1)
        return rng.choice((data[:at], data[at:]))

    def repeat(rng: Random, data: bytes) -> bytes:
        start, end = _span(rng, len(data))
        return data[:end] + data[start:end] * rng.choice((1, 1, 2, 50)) + data[end:]

    def splice(rng: Random, data: bytes) -> bytes:
        other = rng.choice(others)
        first, second = _span(rng, len(other))
        start, end = _span(rng, len(data))
        return data[:start] + other[first:second] + data[end:]

    def cross(rng: Random, data: bytes) -> bytes:
        return data[: rng.randrange(len(data) + 1)] + (other := rng.choice(others))[rng.randrange(len(other) + 1) :]

    def insert(rng: Random, data: bytes) -> bytes:
        at = rng.randrange(len(data) + 1)
        return data[:at] + rng.choice(_PIECES).encode("utf-8", "surrogatepass") + data[at:]

    return [flip, flip, overwrite, cut, truncate, repeat, splice, cross, insert]


def _text_changes(others: Sequence[str]) -> list[Callable[[Random, str], str]]:
    def replace(rng: Random, text: str) -> str:
        at = rng.randrange(len(text) + 1)
        return text[:at] + chr(rng.choice((rng.randrange(33, 127), rng.randrange(0x3000)))) + text[at + 1 :]

    def insert(rng: Random, text: str) -> str:
        at = rng.choice((0, len(text), rng.randrange(len(text) + 1)))
        return text[:at] + rng.choice(_PIECES) + text[at:]

    def cut(rng: Random, text: str) -> str:
        start, end = _span(rng, len(text))
        return text[:start] + text[end:]

    def truncate(rng: Random, text: str) -> str:
        at = rng.randrange(len(text) + 1)
        return rng.choice((text[:at], text[at:]))

    def repeat(rng: Random, text: str) -> str:
        start, end = _span(rng, len(text))
        return text[:end] + text[start:end] * rng.choice((1, 1, 2, 50)) + text[end:]

    def swap_case(rng: Random, text: str) -> str:
        start, end = _span(rng, len(text))
        return text[:start] + text[start:end].swapcase() + text[end:]

    def cross(rng: Random, text: str) -> str:
        return text[: rng.randrange(len(text) + 1)] + (other := rng.choice(others))[rng.randrange(len(other) + 1) :]

    def blow_up(rng: Random, text: str) -> str:
        at = rng.randrange(len(text) + 1)
        return text[:at] + rng.choice(("A", "~", ".", "[", "0", "é")) * rng.choice((100, 5_000, 70_000)) + text[at:]

    return [replace, replace, replace, insert, insert, cut, truncate, repeat, swap_case, cross, blow_up]
