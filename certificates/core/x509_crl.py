"""Revocation lists of X.509 certificates (RFC 5280 section 5), read strictly: complete, version 2, of one CA, with a next update."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from certificates.core.der import (
    ENUMERATED,
    Node,
    generalized,
    integer,
    moment,
    octets_in_bits,
    primitive,
    read_der,
    sequence,
)
from certificates.core.errors import CanonicalError, X509Error
from certificates.core.x509_algorithms import verify_der
from certificates.core.x509_extensions import AUTHORITY_KEY_IDENTIFIER, CRL_NUMBER, INVALIDITY_DATE, REASON_CODE
from certificates.core.x509_profile import CRL_SIGN, authority_identifier_in, key_usage_of, subject_key_identifier
from certificates.core.x509_read import Extension, X509Certificate, read_extensions

MAX_CRL_BYTES: Final = (
    256 * 1024
)  # some 4,000 entries: as many as a region's bundle has keys; read in a third of a second

_VERSION_2: Final = 1
_EXTENSIONS_TAG: Final = 0xA0
_MAX_ENTRIES: Final = 8192  # agencies of a region whose certificates were revoked, many times over
_MAX_VALUE_BYTES: Final = 256  # a number of 20 bytes, or a reason of one


class Reason(IntEnum):
    """This will name why a certificate was revoked (RFC 5280 section 5.3.1)."""

    UNSPECIFIED = 0
    KEY_COMPROMISE = 1
    CA_COMPROMISE = 2
    AFFILIATION_CHANGED = 3
    SUPERSEDED = 4
    CESSATION_OF_OPERATION = 5
    CERTIFICATE_HOLD = 6
    PRIVILEGE_WITHDRAWN = 9
    AA_COMPROMISE = 10


COMPROMISES: Final = frozenset({Reason.KEY_COMPROMISE, Reason.CA_COMPROMISE, Reason.AA_COMPROMISE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """This will hold one entry; `invalid_from` is when the key was first not to be trusted, where that is known to be earlier."""

    serial_number: int
    revoked_at: datetime
    reason: Reason = Reason.UNSPECIFIED
    invalid_from: datetime | None = None

    @property
    def effective_at(self) -> datetime:
        """This will be the moment from which nothing that the key signed counts."""
        return self.revoked_at if self.invalid_from is None else min(self.revoked_at, self.invalid_from)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationList:
    """This will hold a verified list of one CA: `issuer` is the CA's name in DER, `key_identifier` that of its key."""

    issuer: bytes = field(repr=False)
    key_identifier: bytes = field(repr=False)
    number: int
    issued_at: datetime
    next_update: datetime
    by_serial: Mapping[int, Revocation] = field(repr=False)

    def covers(self, leaf: X509Certificate) -> bool:
        """This will tell whether the CA of this list issued the certificate. Raises X509Error `issuer.key_identifier`."""
        identifier = authority_identifier_in(leaf.extensions.get(AUTHORITY_KEY_IDENTIFIER))
        return leaf.issuer == self.issuer and identifier == self.key_identifier


def read_crl(der: bytes, *, ca: X509Certificate) -> RevocationList:
    """This will read a list and verify it under a CA that may sign one.

    Raises X509Error `crl.unreadable|issuer|critical_extension`, `issuer.curve|signature_algorithm|signature|key_identifier`.
    """
    with _list_form():
        tbs, algorithm, signature = sequence(read_der(der, max_bytes=MAX_CRL_BYTES), least=3, most=3)
        version, inner, issuer, this_update, next_update, *rest = sequence(tbs, least=6, most=7)
        if integer(version) != _VERSION_2 or inner.raw != algorithm.raw:
            raise _unreadable()
        if issuer.raw != ca.subject or CRL_SIGN not in key_usage_of(ca):
            raise X509Error("crl.issuer", "another CA issued the revocation list, or this one may not issue any")
        (listed,) = sequence(rest[-1], least=1, most=1, tag=_EXTENSIONS_TAG)
        extensions = read_extensions(listed)
        identifier = authority_identifier_in(extensions.get(AUTHORITY_KEY_IDENTIFIER))
        if identifier != subject_key_identifier(ca):
            raise X509Error("crl.issuer", "the revocation list names another key of its CA")
        verify_der(tbs.raw, octets_in_bits(signature), algorithm=algorithm.raw, spki=ca.spki)
        if any(extension.critical for extension in extensions.values()):
            # A delta, or a list for some certificates only, says so critically: it is not the whole truth.
            raise X509Error("crl.critical_extension", "the revocation list has a critical part that nobody here reads")
        issued_at, until = moment(this_update), moment(next_update)
        if issued_at >= until:
            raise _unreadable()
        return RevocationList(
            issuer=issuer.raw,
            key_identifier=identifier,
            number=_number(extensions.get(CRL_NUMBER)),
            issued_at=issued_at,
            next_update=until,
            by_serial=_entries(rest[0]) if len(rest) > 1 else MappingProxyType({}),
        )


def _number(extension: Extension | None) -> int:
    found = -1 if extension is None else integer(read_der(extension.value, max_bytes=_MAX_VALUE_BYTES))
    if found < 0:
        raise _unreadable()
    return found


def _entries(node: Node) -> Mapping[int, Revocation]:
    entries = [_entry(item) for item in sequence(node, least=1, most=_MAX_ENTRIES)]
    by_serial = {entry.serial_number: entry for entry in entries}
    if len(by_serial) != len(entries):
        raise _unreadable()
    return MappingProxyType(by_serial)


def _entry(node: Node) -> Revocation:
    serial, at, *rest = sequence(node, least=2, most=3)
    extensions: Mapping[str, Extension] = read_extensions(rest[0]) if rest else {}
    if any(extension.critical for extension in extensions.values()):
        raise X509Error("crl.critical_extension", "an entry has a critical part that nobody here reads")
    return Revocation(
        serial_number=integer(serial),
        revoked_at=moment(at),
        reason=_reason(extensions.get(REASON_CODE)),
        invalid_from=_invalid_from(extensions.get(INVALIDITY_DATE)),
    )


def _reason(extension: Extension | None) -> Reason:
    if extension is None:
        return Reason.UNSPECIFIED
    content = primitive(read_der(extension.value, max_bytes=_MAX_VALUE_BYTES), ENUMERATED)
    if content not in _REASONS:
        raise _unreadable()
    return _REASONS[content]


def _invalid_from(extension: Extension | None) -> datetime | None:
    if extension is None:
        return None
    return generalized(read_der(extension.value, max_bytes=_MAX_VALUE_BYTES))


_REASONS: Final[Mapping[bytes, Reason]] = {bytes([reason]): reason for reason in Reason}


@contextmanager
def _list_form() -> Iterator[None]:
    try:
        yield
    except CanonicalError as error:
        raise _unreadable() from error


def _unreadable() -> X509Error:
    return X509Error("crl.unreadable", "the revocation list is too large or not in DER of the agreed form")
