"""An X.509 certificate taken apart strictly: DER of one form, version 3, at most 4 KiB, nothing twice; nothing is trusted yet."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from certificates.core.der import (
    BOOLEAN,
    OCTET_STRING,
    Node,
    integer,
    moment,
    octets_in_bits,
    oid,
    primitive,
    read_der,
    sequence,
    true,
)
from certificates.core.errors import CanonicalError, X509Error

MAX_CERTIFICATE_BYTES: Final = 4096  # an agency's with 100 licence types is under 3.5 KiB; each credential carries one
MAX_EXTENSIONS: Final = 24  # twice what licensed CAs use
MAX_SERIAL_BYTES: Final = 20  # RFC 5280 section 4.1.2.2
MAX_NAME_NODES: Final = 128  # values within one name; sixteen attributes, the most that we read, are 65
MAX_REMEMBERED: Final = (
    1024  # certificates, whoever sent them, of some 17 KiB each at most: flat bytes, no trees of values
)

_VERSION_3: Final = 2
_VERSION_TAG: Final = 0xA0
_EXTENSIONS_TAG: Final = 0xA3
_TBS_ITEMS: Final = 8  # with version and extensions, without the long abandoned unique identifiers


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """This will hold one extension: whether who does not know it must refuse, and its value in DER."""

    critical: bool
    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class X509Certificate:
    """This will hold the parts of a certificate; all bytes but `signature` are DER, times are aware."""

    der: bytes = field(repr=False)
    tbs: bytes = field(repr=False)
    algorithm: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    serial_number: int
    issuer: bytes = field(repr=False)
    subject: bytes = field(repr=False)
    valid_from: datetime
    valid_until: datetime
    spki: bytes = field(repr=False)
    extensions: Mapping[str, Extension] = field(repr=False)

    def in_force(self, at: datetime) -> bool:
        """This will tell whether the certificate is valid at that moment; both ends belong to it (RFC 5280 4.1.2.5)."""
        return self.valid_from <= at <= self.valid_until


@lru_cache(maxsize=MAX_REMEMBERED)  # agencies sign many licences with one certificate
def read_certificate(der: bytes) -> X509Certificate:
    """This will take DER apart. Raises X509Error `issuer.unreadable|version|serial|signature_algorithm`."""
    with certificate_form():
        return _read(der)


@contextmanager
def certificate_form() -> Iterator[None]:
    """This will turn the refusal of DER within a certificate into X509Error `issuer.unreadable`."""
    try:
        yield
    except CanonicalError as error:
        raise X509Error("issuer.unreadable", "the certificate is too large or not in DER of the agreed form") from error


def read_extensions(node: Node) -> Mapping[str, Extension]:
    """This will read an Extensions sequence; raises CanonicalError `der.malformed`, for an extension that stands twice too."""
    found: dict[str, Extension] = {}
    for item in sequence(node, least=1, most=MAX_EXTENSIONS):
        parts = sequence(item, least=2, most=3)
        critical = len(parts) == 3 and parts[1].tag == BOOLEAN and true(parts[1])  # noqa: PLR2004 - oid, critical, value
        name = oid(parts[0])
        if name in found or (len(parts) == 3 and not critical):  # noqa: PLR2004
            raise CanonicalError("der.malformed", "an extension stands twice or states a default")
        found[name] = Extension(critical=critical, value=primitive(parts[-1], OCTET_STRING))
    return MappingProxyType(found)


def _name(node: Node) -> bytes:
    if _count(node) > MAX_NAME_NODES:
        raise CanonicalError("der.limit", "a name holds more values than allowed")
    return node.raw


def _count(node: Node) -> int:
    return 1 + sum(map(_count, node.items))


def _read(der: bytes) -> X509Certificate:
    tbs, algorithm, signature = sequence(read_der(der, max_bytes=MAX_CERTIFICATE_BYTES), least=3, most=3)
    first = sequence(tbs, least=1, most=_TBS_ITEMS + 2)[0]
    if first.tag != _VERSION_TAG or integer(sequence(first, least=1, most=1, tag=_VERSION_TAG)[0]) != _VERSION_3:
        raise X509Error("issuer.version", "the certificate is not of version 3")
    _, serial, inner, issuer, validity, subject, spki, extensions = sequence(tbs, least=_TBS_ITEMS, most=_TBS_ITEMS)
    if inner.raw != algorithm.raw:
        raise X509Error("issuer.signature_algorithm", "the certificate states two signature algorithms")
    number = integer(serial)
    if number <= 0 or len(serial.content) > MAX_SERIAL_BYTES:
        raise X509Error("issuer.serial", "the certificate's serial number is not positive or too long")
    start, end = (moment(item) for item in sequence(validity, least=2, most=2))
    (listed,) = sequence(extensions, least=1, most=1, tag=_EXTENSIONS_TAG)
    return X509Certificate(
        der=der,
        tbs=tbs.raw,
        algorithm=algorithm.raw,
        signature=octets_in_bits(signature),
        serial_number=number,
        issuer=_name(issuer),
        subject=_name(subject),
        valid_from=start,
        valid_until=end,
        spki=spki.raw,
        extensions=read_extensions(listed),
    )
