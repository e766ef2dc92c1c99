"""DER (ITU-T X.690 sections 10 and 11) read so that every value has one accepted encoding, bounded before anything is parsed.

Only the universal types that X.509, PKCS#10 and CRLs need exist here; every other one is refused. What a context tag
hides is opaque until a caller who knows the schema reads it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from certificates.core.errors import CanonicalError

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
ENUMERATED: Final = 0x0A
UTF8_STRING: Final = 0x0C
PRINTABLE_STRING: Final = 0x13
IA5_STRING: Final = 0x16
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31

MAX_DEPTH: Final = 12  # the deepest known, a name constraint in a request's extensions, is 11 deep

_CONTEXT: Final = 0x80
_CONSTRUCTED: Final = 0x20
_CLASS: Final = 0xC0
_LONG_TAG: Final = 0x1F
_MAX_LENGTH_BYTES: Final = 3  # 16 MiB, far over every limit here
_PRINTABLE: Final = re.compile(rb"[A-Za-z0-9 '()+,./:=?-]*")
_UTC: Final = re.compile(rb"[0-9]{12}Z")
_GENERALIZED: Final = re.compile(rb"[0-9]{14}Z")
_CENTURY: Final = 50  # RFC 5280 section 4.1.2.5.1: two-digit years from 50 on are 19xx
_MAX_ARC_BYTES: Final = 19  # an arc under 2.25 has 128 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """This will hold one value: its identifier octet, its whole encoding, its content, and what a constructed one holds."""

    tag: int
    raw: bytes = field(repr=False)
    content: bytes = field(repr=False)
    items: tuple["Node", ...] = field(repr=False)


def read_der(data: bytes, *, max_bytes: int) -> Node:
    """This will read bytes that are one value and nothing else. Raises CanonicalError `der.limit`, `der.malformed`."""
    if len(data) > max_bytes:
        raise CanonicalError("der.limit", "the encoded value is larger than allowed here")
    node, end = _read(data, 0, len(data), MAX_DEPTH)
    if end != len(data):
        raise malformed()
    return node


def malformed() -> CanonicalError:
    """This will build the one refusal of bytes that are not the DER that the schema says."""
    return CanonicalError("der.malformed", "the bytes are not the DER that is expected here")


def sequence(node: Node, *, least: int, most: int, tag: int = SEQUENCE) -> tuple[Node, ...]:
    """This will give the items of a constructed value of that tag with that many items; raises CanonicalError."""
    if node.tag != tag or not least <= len(node.items) <= most:
        raise malformed()
    return node.items


def primitive(node: Node, tag: int) -> bytes:
    """This will give the content of a primitive value of that tag; raises CanonicalError `der.malformed`."""
    if node.tag != tag:
        raise malformed()
    return node.content


def integer(node: Node) -> int:
    """This will give an INTEGER; raises CanonicalError `der.malformed`."""
    return int.from_bytes(primitive(node, INTEGER), "big", signed=True)


def true(node: Node) -> bool:
    """This will give True for the BOOLEAN TRUE; FALSE, always a DEFAULT here, must be left out (X.690 section 11.5)."""
    if primitive(node, BOOLEAN) != b"\xff":
        raise malformed()
    return True


def oid(node: Node) -> str:
    """This will give an OBJECT IDENTIFIER in dotted form; raises CanonicalError `der.malformed`."""
    arcs: list[int] = []
    value = 0
    for octet in primitive(node, OID):
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


def text(node: Node) -> str:
    """This will give a UTF8String or PrintableString; raises CanonicalError `der.malformed`."""
    if node.tag not in {UTF8_STRING, PRINTABLE_STRING}:
        raise malformed()
    return node.content.decode("utf-8")


def octets_in_bits(node: Node) -> bytes:
    """This will give a BIT STRING of whole octets; raises CanonicalError `der.malformed`."""
    content = primitive(node, BIT_STRING)
    if content[0] != 0:
        raise malformed()
    return content[1:]


def named_bits(node: Node) -> frozenset[int]:
    """This will give the numbers of the bits set, in the form without trailing zeros (X.690 section 11.2.2)."""
    content = primitive(node, BIT_STRING)
    unused, bits = content[0], content[1:]
    if not bits or not bits[-1] >> unused & 1:
        raise malformed()
    return frozenset(8 * at + bit for at, octet in enumerate(bits) for bit in range(8) if octet << bit & 0x80)


def moment(node: Node) -> datetime:
    """This will give a time as RFC 5280 section 4.1.2.5 wants it: in Z, whole seconds, UTCTime up to the year 2049."""
    if node.tag == UTC_TIME:
        century = b"19" if int(node.content[:2]) >= _CENTURY else b"20"
        return _moment(century + node.content)
    found = generalized(node)
    if found.year < 2000 + _CENTURY:
        raise malformed()
    return found


def generalized(node: Node) -> datetime:
    """This will give a GeneralizedTime of whole seconds in Z; raises CanonicalError `der.malformed`."""
    return _moment(primitive(node, GENERALIZED_TIME))


def _moment(digits: bytes) -> datetime:
    try:
        return datetime.strptime(digits.decode("ascii"), "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise malformed() from error


def _read(data: bytes, start: int, limit: int, depth: int) -> tuple[Node, int]:
    if depth == 0:
        raise CanonicalError("der.limit", "the encoded value is nested deeper than allowed")
    if limit - start < 2:  # noqa: PLR2004 - an identifier and a length
        raise malformed()
    tag = data[start]
    begin, end = _bounds(data, start + 1, limit)
    constructed = bool(tag & _CONSTRUCTED)
    if not constructed:
        _require_primitive(tag, data[begin:end])
    elif (tag not in {SEQUENCE, SET} and tag & _CLASS != _CONTEXT) or tag & _LONG_TAG == _LONG_TAG:
        raise malformed()
    items: list[Node] = []
    at = begin
    while constructed and at < end:
        item, at = _read(data, at, end, depth - 1)
        items.append(item)
    if tag == SET and any(left.raw >= right.raw for left, right in pairwise(items)):
        raise malformed()  # X.690 section 11.6; nothing here may stand twice in a set
    return Node(tag=tag, raw=data[start:end], content=data[begin:end], items=tuple(items)), end


def _bounds(data: bytes, at: int, limit: int) -> tuple[int, int]:
    """This will read a definite length in its shortest form and give where the content begins and ends."""
    length = data[at]
    at += 1
    if length >= 0x80:  # noqa: PLR2004 - the long form
        count = length & 0x7F
        digits = data[at : at + count]
        length = int.from_bytes(digits, "big")
        if not 1 <= count <= _MAX_LENGTH_BYTES or len(digits) != count or digits[0] == 0 or length < 0x80:  # noqa: PLR2004
            raise malformed()
        at += count
    if at + length > limit:
        raise malformed()
    return at, at + length


def _require_primitive(tag: int, content: bytes) -> None:
    if tag & _CLASS == _CONTEXT and tag & _LONG_TAG != _LONG_TAG:
        return
    rule = _RULES.get(tag)
    if rule is None or not rule(content):
        raise malformed()


def _is_integer(content: bytes) -> bool:
    if len(content) > 1 and content[0] in {0x00, 0xFF}:
        return (content[0] ^ content[1]) & 0x80 != 0
    return bool(content)


def _is_bit_string(content: bytes) -> bool:
    if not content or content[0] > 7 or (len(content) == 1 and content[0]):  # noqa: PLR2004 - unused bits of an octet
        return False
    return len(content) == 1 or content[-1] & (1 << content[0]) - 1 == 0


def _is_oid(content: bytes) -> bool:
    if not content or content[-1] & 0x80:
        return False
    run = 0  # octets of the arc so far
    for octet in content:
        if run == 0 and octet == 0x80:  # noqa: PLR2004 - a leading zero of an arc
            return False
        run = run + 1 if octet & 0x80 else 0
        if run >= _MAX_ARC_BYTES:
            return False
    return True


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


_RULES: Final[Mapping[int, Callable[[bytes], bool]]] = {
    BOOLEAN: lambda content: content in {b"\x00", b"\xff"},
    INTEGER: _is_integer,
    ENUMERATED: _is_integer,
    BIT_STRING: _is_bit_string,
    OCTET_STRING: lambda _: True,
    NULL: lambda content: content == b"",
    OID: _is_oid,
    UTF8_STRING: _is_utf8,
    PRINTABLE_STRING: lambda content: _PRINTABLE.fullmatch(content) is not None,
    IA5_STRING: bytes.isascii,
    UTC_TIME: lambda content: _UTC.fullmatch(content) is not None,
    GENERALIZED_TIME: lambda content: _GENERALIZED.fullmatch(content) is not None,
}
