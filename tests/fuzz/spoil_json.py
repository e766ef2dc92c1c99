"""Changes to JSON that keep it JSON, or nearly: members gone, doubled, renamed, moved, of another type or size, oddly written."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.fuzz.target import Mutant, Mutator


class Raw(str):
    """A text that is written as it is, whatever it is."""

    __slots__ = ()


class Members(list[tuple[str, Any]]):
    """An object as pairs, so that a name can stand in it twice."""


_NAMES = (
    "",
    "_sd",
    "...",
    "_sd_alg",
    "cnf",
    "alg",
    "kid",
    "exp",
    "iat",
    "x",
    "__proto__",
    "v",
    "status",
    "a\u0000b",
    "张",
)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 2**31, 2**32, 2**53, 2**63, 2**64, 10**30, 10**400, 0.5, 1.0, -0.0, 1e308),
    *("", " ", "a", "A" * 43, "A" * 300, "x" * 9_000, "\u202e", "\x00", "é", "\U0001f600", "1790000000", "true"),
    *([], {}, [[]], [{}], [None], ["x"], ["x"] * 70, {"_sd": []}, {"...": "A" * 43}, {"a": {"a": {"a": {}}}}),
)
_TEXTS_OF_VALUES: tuple[Any, ...] = (
    *map(
        Raw,
        ("NaN", "-Infinity", "1e999", "01", "-0", "1E2", "1.", '"\\ud800"', '"\\udc00"', '"\\u0000"', "nul", "'a'", ""),
    ),
    *(Raw("[" * depth + "]" * depth) for depth in (16, 17, 254, 255, 2_000)),
    *(Raw('{"a":' * depth + "1" + "}" * depth) for depth in (17, 300)),
    Raw("9" * 4_400),
)


def json_mutators() -> list[Mutator]:
    """Changes to bytes that are JSON; what is not JSON stays as it is."""
    return [lambda rng, seed: Mutant(spoil_json(rng, seed))]


def spoil_json(rng: Random, data: bytes) -> bytes:
    """One to three changes to a JSON text."""
    try:
        value = json.loads(data, object_pairs_hook=Members)
    except (ValueError, RecursionError):
        return data
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        value = _changed(rng, value)
    return _written(value, rng).encode("utf-8", "surrogatepass")


def interesting(rng: Random) -> Any:
    """A value that readers like to trip over."""
    return rng.choice(_VALUES if rng.random() < 0.85 else _TEXTS_OF_VALUES)


def _changed(rng: Random, value: Any) -> Any:
    """The value with one node changed; each step down is likelier than not, so that deep ones are reached."""
    children = len(value) if isinstance(value, list) else 0
    if children and rng.random() < 0.75:
        at = rng.randrange(children)
        if isinstance(value, Members):
            name, inner = value[at]
            return Members([*value[:at], (name, _changed(rng, inner)), *value[at + 1 :]])
        return [*value[:at], _changed(rng, value[at]), *value[at + 1 :]]
    changes = (
        _OBJECT_CHANGES if isinstance(value, Members) else _LIST_CHANGES if isinstance(value, list) else _LEAF_CHANGES
    )
    return rng.choice(changes)(rng, value)


def _another(rng: Random, _value: Any) -> Any:
    return interesting(rng)


def _wrapped(rng: Random, value: Any) -> Any:
    return rng.choice(([value], Members([(rng.choice(_NAMES), value)]), [value, value]))


def _nearby(rng: Random, value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return rng.choice((value + 1, value + 1, value - 1, value - 1, -value, float(value), value * 10, str(value)))
    if isinstance(value, str) and value:
        at = rng.randrange(len(value))
        digit = value[:at] + rng.choice("019AZaz_") + value[at + 1 :]
        return rng.choice((digit, digit, value[:at] + value[at + 1 :], value + value, value.upper(), [value]))
    return interesting(rng)


def _without(rng: Random, value: Any) -> Any:
    if not value:
        return interesting(rng)
    at = rng.randrange(len(value))
    return type(value)([*value[:at], *value[at + 1 :]])


def _doubled(rng: Random, value: Any) -> Any:
    return type(value)([*value, rng.choice(value)]) if value else interesting(rng)


def _shuffled(rng: Random, value: Any) -> Any:
    return type(value)(rng.sample(value, len(value)))


def _more(rng: Random, value: Any) -> Any:
    extra = interesting(rng)
    return Members([*value, (rng.choice(_NAMES), extra)]) if isinstance(value, Members) else [*value, extra]


def _renamed(rng: Random, value: Any) -> Any:
    if not value:
        return interesting(rng)
    at = rng.randrange(len(value))
    name = rng.choice((rng.choice(_NAMES), rng.choice(value)[0], value[at][0].upper(), value[at][0] + " "))
    return Members([*value[:at], (name, value[at][1]), *value[at + 1 :]])


def _other_value(rng: Random, value: Any) -> Any:
    """A member's name kept, another member's value or a doubled member with a value of its own."""
    if not value:
        return interesting(rng)
    name = rng.choice(value)[0]
    return Members([*value, (name, interesting(rng))])


_LEAF_CHANGES: tuple[Callable[[Random, Any], Any], ...] = (_another, _nearby, _nearby, _nearby, _nearby, _wrapped)
_LIST_CHANGES = (_another, _without, _doubled, _shuffled, _more, _wrapped)
_OBJECT_CHANGES = (_another, _without, _without, _doubled, _shuffled, _more, _renamed, _other_value, _wrapped)


def _written(value: Any, rng: Random) -> str:
    blank = rng.choice(("", "", "", "", " ", "\n"))
    return _text(value, blank) + (rng.choice((" ", "\n", "\x00", "{}")) if rng.random() < 0.03 else "")


def _text(value: Any, blank: str) -> str:
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, Members | dict):
        pairs = value.items() if isinstance(value, dict) else value
        return "{" + f",{blank}".join(f"{json.dumps(name)}:{blank}{_text(item, blank)}" for name, item in pairs) + "}"
    if isinstance(value, list):
        return "[" + f",{blank}".join(_text(item, blank) for item in value) + "]"
    if type(value) is int and abs(value) >= 10**300:
        return "1" + "0" * 400
    return json.dumps(value, ensure_ascii=False)
