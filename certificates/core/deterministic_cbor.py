"""The part of CBOR that a seal code may use, in its one deterministic form (RFC 8949 section 4.2.1).

Integers, byte and text strings, arrays, maps and `true`; shortest heads, definite lengths, map keys unique and in bytewise
order. General decoders build objects for tags (patterns, cycles, big numbers) and keep the last of two equal keys, so
the untrusted side has this small reader of its own, which knows no tags at all.
"""

from typing import Any

import cbor2

from certificates.core.errors import SealCodeError

MAX_DEPTH = 6  # our deepest value: claims, status, status_list
_TRUE = 0xF5
_SHORT = 24  # arguments below it stand in the head itself; 24 to 27 announce 1, 2, 4 or 8 bytes
_LONGEST = 27
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP = range(6)


def encode(value: Any) -> bytes:
    """This will give the deterministic bytes of a value."""
    return cbor2.dumps(value, canonical=True)


def decode(data: bytes) -> Any:
    """This will read one value that fills `data` exactly; raises SealCodeError `seal_code.cbor`."""
    value, end = _read(data, 0, MAX_DEPTH)
    if end != len(data):
        raise _refusal("bytes follow the value")
    return value


def _read(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth == 0:
        raise _refusal("the value nests too deep")
    if data[at : at + 1] == bytes([_TRUE]):
        return True, at + 1
    major, argument, at = _head(data, at)
    if major == _UNSIGNED:
        return argument, at
    if major == _NEGATIVE:
        return -1 - argument, at
    if major in {_BYTES, _TEXT}:
        return _string(data, at, argument, is_text=major == _TEXT)
    if argument > len(data) - at:  # each item takes a byte or more: nothing is allotted for a length that cannot be
        raise _refusal("the value ends early")
    if major == _ARRAY:
        items = []
        for _ in range(argument):
            item, at = _read(data, at, depth - 1)
            items.append(item)
        return items, at
    return _map(data, at, argument, depth)


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """This will give major type, argument and the place after the head."""
    if at >= len(data):
        raise _refusal("the value ends early")
    major, short = data[at] >> 5, data[at] & 0x1F
    if major > _MAP or short > _LONGEST:
        raise _refusal("a tag, a simple value, a float or an indefinite length has no place here")
    if short < _SHORT:
        return major, short, at + 1
    size = 1 << short - _SHORT
    end = at + 1 + size
    argument = int.from_bytes(data[at + 1 : end], "big")
    # A number that fits a shorter head has a second encoding: only the shortest is the deterministic one.
    shortest = _SHORT if size == 1 else 1 << 4 * size
    if end > len(data) or argument < shortest:
        raise _refusal("a head is cut off or longer than needed")
    return major, argument, end


def _string(data: bytes, at: int, length: int, *, is_text: bool) -> tuple[str | bytes, int]:
    piece = data[at : at + length]
    if len(piece) != length:
        raise _refusal("the value ends early")
    if not is_text:
        return piece, at + length
    try:
        return piece.decode("utf-8"), at + length
    except UnicodeDecodeError as error:
        raise _refusal("a text is not UTF-8") from error


def _map(data: bytes, at: int, count: int, depth: int) -> tuple[dict[Any, Any], int]:
    members: dict[Any, Any] = {}
    last_key = b""
    for _ in range(count):
        key, after = _read(data, at, 1)  # depth 1: a key is never an array or a map
        coded_key = data[at:after]
        if not isinstance(key, int | str) or key is True or coded_key <= last_key:
            raise _refusal("a map's keys repeat, are out of order, or are neither numbers nor texts")
        last_key = coded_key
        members[key], at = _read(data, after, depth - 1)
    return members, at


def _refusal(message: str) -> SealCodeError:
    return SealCodeError("seal_code.cbor", message)
