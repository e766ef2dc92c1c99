"""The one place that turns values into agreed bytes and strict bytes into values: canonical JSON and base64url.

Ordinary parsers keep the last of two members of one name, take NaN and byte order marks, and let several base64 texts
stand for the same bytes. Two programs could then read one signed text differently, so all of that is refused here.
"""

import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import orjson
import rfc8785
from pybase64 import b64decode as long_b64decode
from pybase64 import urlsafe_b64encode as long_b64encode

from certificates.core.errors import CanonicalError

_PADDING = (b"", b"===", b"==", b"=")  # by length modulo 4; one odd character is refused by the decoder
# Last characters whose unused bits are zero, by length modulo 4 (2: four unused bits, 3: two).
_LAST_CHARACTERS = (b"", b"", b"AQgw", b"AEIMQUYcgkosw048")
# A short text takes one pass in which the characters of ordinary base64 become one that the decoder refuses; a long one
# is left to a library that works on many characters at a time (a credential: 1 us where Python's own takes 8).
_TO_STANDARD = bytes.maketrans(b"-_=+/", b"+/\0\0\0")
_SHORT = 256
_URL_CHARACTERS = b"-_"
_EQUALS, _PLUS, _SLASH = b"=+/"  # as numbers: looking for one number in bytes is a plain memory search
_UNSAFE_INTEGER = 2**53  # from here on a JSON number has no one reading (RFC 8785 section 3.2.2.3)
_DEFAULT_DEPTH = 16  # our own messages nest at most 6 deep; the rest is room for a peer's


def canonical_json(value: Any) -> bytes:
    """This will give the RFC 8785 (JCS) bytes of a JSON value, the form that is hashed, signed and logged.

    Raises CanonicalError `json.not_canonical` (NaN, integers from 2^53, lone surrogates).
    """
    if _is_plain(value):
        with suppress(orjson.JSONEncodeError):  # the other one says why not
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise CanonicalError("json.not_canonical", "the value has no canonical JSON form") from error


def strict_json_loads(
    data: bytes, *, max_bytes: int, max_depth: int | None = _DEFAULT_DEPTH, floats: bool = True
) -> Any:
    """This will parse UTF-8 JSON that has exactly one reading, or refuse it.

    Refused: more than `max_bytes` or `max_depth` levels, repeated members, NaN, infinities (1e999), lone surrogates,
    a byte order mark, anything after the value, and with `floats=False` any number with a fraction or an exponent.
    `max_depth=None` is for callers who check the whole shape themselves; even then 254 levels are the most.

    Raises CanonicalError `json.too_large|malformed|too_deep|duplicate_member|number`.
    """
    if len(data) > max_bytes:
        raise CanonicalError("json.too_large", "the JSON text is larger than allowed here")
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise CanonicalError("json.malformed", "the text is not JSON") from error
    if max_depth is not None and _has_more_brackets(data, max_depth) and _deeper_than(value, max_depth):
        raise CanonicalError("json.too_deep", "the JSON text nests deeper than allowed here")
    try:
        # orjson keeps the last of two members and rounds long integers; equal bytes prove that neither happened.
        if orjson.dumps(value) != data:
            value = _slow_exact_loads(data)
    except orjson.JSONEncodeError as error:
        raise CanonicalError("json.too_deep", "the JSON text nests deeper than can be written again") from error
    if not floats and _has_float(value):
        raise CanonicalError("json.number", "only whole numbers are allowed here")
    return value


def b64url(data: bytes) -> str:
    """This will encode bytes as base64url without padding (RFC 7515 section 2)."""
    return b2a_base64(data, newline=False).replace(b"+", b"-").replace(b"/", b"_").rstrip(b"=").decode("ascii")


def b64url_ascii(data: bytes) -> bytes:
    """This will encode as `b64url` does, and leave the text as ASCII bytes for hashing and joining."""
    if len(data) >= _SHORT:
        return long_b64encode(data).rstrip(b"=")
    # Two replacements take a quarter of the time of `translate`, or of `urlsafe_b64encode`, which is built on it.
    return b2a_base64(data, newline=False).replace(b"+", b"-").replace(b"/", b"_").rstrip(b"=")


def b64url_decode_strict(text: str | bytes) -> bytes:
    """This will decode base64url (text or its ASCII bytes) that is in its only correct form.

    No padding, no blanks, no unused bits set. Raises CanonicalError `base64.malformed`.
    """
    try:
        coded = text if isinstance(text, bytes) else text.encode("ascii")
        odd = len(coded) % 4
        if odd and coded[-1] not in _LAST_CHARACTERS[odd]:
            raise CanonicalError("base64.malformed", "the text is not base64url in its only correct form")
        if len(coded) < _SHORT:
            return a2b_base64(coded.translate(_TO_STANDARD) + _PADDING[odd], strict_mode=True)
        if _EQUALS in coded or _PLUS in coded or _SLASH in coded:  # the library lets them pass
            raise CanonicalError("base64.malformed", "the text is not base64url in its only correct form")
        return long_b64decode(coded + _PADDING[odd], altchars=_URL_CHARACTERS, validate=True)
    except ValueError as error:  # UnicodeEncodeError and binascii.Error
        raise CanonicalError("base64.malformed", "the text is not base64url") from error


def _is_plain(value: Any) -> bool:
    """This will tell whether a fast writer with sorted keys gives the canonical bytes: no fractions, all names ASCII.

    Numbers with a fraction and names beyond the basic plane are where RFC 8785 goes its own way.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-_UNSAFE_INTEGER < value < _UNSAFE_INTEGER)
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    if kind is dict:
        return all(type(name) is str and name.isascii() for name in value) and all(map(_is_plain, value.values()))
    return False


def _slow_exact_loads(data: bytes) -> Any:
    try:
        return json.loads(data, object_pairs_hook=_object_without_repeats)
    except CanonicalError:
        raise
    except ValueError as error:  # includes integers too long for the interpreter
        raise CanonicalError("json.malformed", "the text is not JSON") from error


def _object_without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise CanonicalError("json.duplicate_member", "a member name occurs twice in one object")
    return members


def _has_more_brackets(data: bytes, count: int) -> bool:
    """This will tell cheaply whether `data` could nest deeper than `count`: a level takes a bracket."""
    for bracket in (b"{", b"["):
        at = data.find(bracket)  # a search for one byte is many times faster than bytes.count
        while at >= 0:
            count -= 1
            if count < 0:
                return True
            at = data.find(bracket, at + 1)
    return False


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _deeper_than(value: Any, depth: int) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(depth):
        level = [child for owner in level for child in _children(owner) if isinstance(child, dict | list)]
    return bool(level)


def _has_float(value: Any) -> bool:
    return isinstance(value, float) or any(_has_float(child) for child in _children(value))
