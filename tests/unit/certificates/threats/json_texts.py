"""T30: texts that some JSON parser takes, and that have no one reading."""

from certificates.core.canonical import strict_json_loads
from tests.unit.certificates.threats.case import Case

_MALFORMED: dict[str, bytes] = {
    "nan": b'{"a":NaN}',
    "infinity": b"[-Infinity]",
    "out-of-range": b"[1e999]",
    "lone-surrogate": b'["\\ud800"]',
    "lone-low-surrogate": b'["\\udc00x"]',
    "surrogate-bytes": b'["\xed\xa0\x80"]',
    "overlong-utf8": b'["\xc0\xaf"]',
    "beyond-unicode": b'["\xf4\x90\x80\x80"]',
    "byte-order-mark": b"\xef\xbb\xbf{}",
    "utf-16": '{"a":1}'.encode("utf-16"),
    "utf-32": '{"a":1}'.encode("utf-32"),
    "depth-100k": b"[" * 100_000,
    "depth-100k-objects": b'{"a":' * 30_000,
    "two-values": b"{}{}",
    "nul-behind": b"{}\x00",
    "trailing-comma": b"[1,]",
    "trailing-comma-object": b'{"a":1,}',
    "single-quotes": b"{'a':1}",
    "bare-name": b"{a:1}",
    "comment": b'{"a":1}/**/',
    "line-comment": b'{"a":1}//',
    "leading-zero": b"[01]",
    "leading-plus": b"[+1]",
    "hexadecimal": b"[0x1]",
    "point-first": b"[.5]",
    "point-last": b"[1.]",
    "bare-exponent": b"[1e]",
    "minus-alone": b"[-]",
    "control-in-text": b'["a\nb"]',
    "nul-in-text": b'["a\x00b"]',
    "bad-escape": b'["\\x41"]',
    "cut-escape": b'["\\u12"]',
    "upper-case-word": b"[True]",
    "non-breaking-blank": "[1,\u00a02]".encode(),
    "form-feed": b"[1,\x0c2]",
    "unclosed": b'{"a":[1,2',
    "empty": b"",
    "blank": b"   ",
}
_REPEATED: dict[str, bytes] = {
    "twice": b'{"a":1,"a":1}',
    "escaped": b'{"a":1,"\\u0061":2}',
    "deep": b'[{"x":{"b":1,"c":2,"b":3}}]',
    "empty-name": b'{"":1,"":2}',
}


def _row(name: str, data: bytes, code: str) -> Case:
    return Case(number="T30", name=name, run=lambda: strict_json_loads(data, max_bytes=200_000), code=code)


CASES: tuple[Case, ...] = (
    *(_row(name, data, "json.malformed") for name, data in _MALFORMED.items()),
    *(_row(f"repeated-{name}", data, "json.duplicate_member") for name, data in _REPEATED.items()),
    _row("depth-17", b"[" * 17 + b"]" * 17, "json.too_deep"),
    _row("depth-1000", b"[" * 1_000 + b"]" * 1_000, "json.too_deep"),
    _row("too-large", b"[" + b" " * 200_000 + b"]", "json.too_large"),
    _row("endless-number", b"9" * 5_000, "json.malformed"),
)
