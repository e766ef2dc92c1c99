"""Changes to CBOR: the same tree with one node changed, in deterministic or in loose coding."""

from random import Random
from typing import Any

import cbor2

from tests.fuzz.spoil_bytes import bytes_mutators

_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 23, 24, 2**16, 2**32, 2**63, 2**64 - 1, 0.0, 1.5, float("nan"), float("inf")),
    *("", "x", "330000", "x" * 300, b"", b"x" * 8, b"x" * 64, [], {}, [[[[[[[]]]]]]], {1: {1: {1: {1: {1: {1: {}}}}}}}),
    *(2**70, -(2**70), cbor2.CBORTag(18, []), cbor2.CBORTag(61, {}), cbor2.undefined, cbor2.CBORSimpleValue(99)),
)
_RAW = (
    "9f01ff",
    "bf0101ff",
    "5f4101ff",
    "1800",
    "1b0000000000000001",
    "9b0000010000000000",
    "d81c81d81d00",
    "d8236161",
    "c249010000000000000000",
)


def spoil_cbor(rng: Random, data: bytes) -> bytes:
    """The item with one node changed, a raw piece spliced in, or a few bytes changed."""
    choice = rng.random()
    if choice < 0.35:
        return bytes(rng.choice(bytes_mutators([data, b"\xa0"]))(rng, data).input)
    if choice < 0.45:
        at = rng.randrange(len(data) + 1)
        return data[:at] + bytes.fromhex(rng.choice(_RAW)) + data[at + rng.randrange(3) :]
    try:
        value = _changed(rng, cbor2.loads(data))
        return cbor2.dumps(value, canonical=rng.random() < 0.7)
    except (ValueError, TypeError, OverflowError, LookupError, RecursionError, cbor2.CBORError):
        return data


def _changed(rng: Random, value: Any) -> Any:
    if value and rng.random() < 0.8:
        if isinstance(value, dict):
            return _changed_map(rng, value)
        if isinstance(value, list):
            return _changed_array(rng, value)
    if type(value) is int and rng.random() < 0.5:
        return value + rng.choice((-1, 1, 2**32))
    if isinstance(value, str | bytes) and value and rng.random() < 0.5:
        at = rng.randrange(len(value))
        return value[:at] + value[at + 1 :]
    return rng.choice(_VALUES)


def _changed_map(rng: Random, value: dict[Any, Any]) -> dict[Any, Any]:
    key = rng.choice(list(value))
    choice = rng.random()
    if choice < 0.15:
        return {name: item for name, item in value.items() if name != key}
    if choice < 0.3:
        return value | {rng.choice((0, 1, 4, 7, -1, 99, "x", "", b"x")): rng.choice(_VALUES)}
    return value | {key: _changed(rng, value[key])}


def _changed_array(rng: Random, value: list[Any]) -> list[Any]:
    at = rng.randrange(len(value))
    choice = rng.random()
    if choice < 0.15:
        return value[:at] + value[at + 1 :]
    if choice < 0.3:
        return [*value, rng.choice(_VALUES)]
    return [*value[:at], _changed(rng, value[at]), *value[at + 1 :]]
