"""The entries of a trust list that hold keys: node keys by purpose, CAs, witnesses; each with its time in force."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from accounts.core.regions import REGIONS
from certificates.core.errors import CredentialError, X509Error
from certificates.core.signing.registry import SM2, SUITES
from certificates.core.signing.suite import TrustedKey, kid_of
from certificates.core.x509_read import read_certificate
from certificates.core.x509_subject import read_subject
from verification.core.errors import LogError
from verification.core.member_reader import MemberReader
from verification.core.note import SignatureType, parse_vkey

ED25519: Final = "Ed25519"  # only for the log (C2SP) and HTTP messages, never for licences

_MAX_DER_TEXT: Final = 8192  # a certificate of 4 KiB in base64
_SECOND: Final = timedelta(seconds=1)


class Purpose(StrEnum):
    """This will name the one use that a node's key is listed for."""

    REQUEST = "request"
    ANSWER = "answer"
    RECEIPT = "receipt"
    BUNDLE = "bundle"
    STATUS = "status"
    LOG = "log"
    LOG_SM2 = "log_sm2"  # the line that a guomi node's log adds to its checkpoints
    RELEASE = "release"


_STATEMENT_SUITES: Final = frozenset(SUITES)
SUITES_FOR: Final[Mapping[Purpose, frozenset[str]]] = {
    Purpose.REQUEST: _STATEMENT_SUITES | {ED25519},
    Purpose.ANSWER: _STATEMENT_SUITES | {ED25519},
    Purpose.RECEIPT: _STATEMENT_SUITES,
    Purpose.BUNDLE: _STATEMENT_SUITES,
    Purpose.STATUS: _STATEMENT_SUITES,
    Purpose.LOG: frozenset({ED25519}),
    Purpose.LOG_SM2: frozenset({SM2.name}),
    Purpose.RELEASE: _STATEMENT_SUITES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKeyEntry:
    """This will hold one key of a node: DER SubjectPublicKeyInfo, and from when (inclusive) to when it is in force."""

    kid: str
    suite: str
    spki: bytes
    valid_from: datetime
    valid_to: datetime | None
    key: TrustedKey

    def in_force(self, at: datetime) -> bool:
        """This will tell whether the key may sign at that moment."""
        return in_force(at, valid_from=self.valid_from, valid_to=self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaEntry:
    """This will hold one CA, of a region or of a timestamp authority: its X.509 certificate (DER) and when the list lets it vouch."""

    der: bytes
    valid_from: datetime
    valid_to: datetime | None

    def in_force(self, at: datetime) -> bool:
        """This will tell whether the CA may vouch for a licence issued, or a timestamp made, at that moment."""
        return in_force(at, valid_from=self.valid_from, valid_to=self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """This will hold a log witness: its name and its C2SP verifier key `name+hash+base64`."""

    name: str
    vkey: str


def in_force(at: datetime, *, valid_from: datetime, valid_to: datetime | None) -> bool:
    """This will tell whether `at` lies in the period: its beginning belongs to it, its end does not."""
    return valid_from <= at and (valid_to is None or at < valid_to)


def node_key(*, suite: str, spki: bytes, valid_from: datetime, valid_to: datetime | None = None) -> NodeKeyEntry:
    """This will make the entry of a public key (DER), its period in whole seconds. Raises CredentialError `key.algorithm`."""
    start, end = whole_period(valid_from, valid_to)
    kid = kid_of(spki)
    key = TrustedKey(kid=kid, suite=suite, public_key=_load(suite, spki))
    return NodeKeyEntry(kid=kid, suite=suite, spki=spki, valid_from=start, valid_to=end, key=key)


def read_node_key(reader: MemberReader, *, purpose: Purpose) -> NodeKeyEntry:
    """This will read one key of the list; its suite must suit the purpose and its kid must be the key's own."""
    suite = reader.text("suite")
    valid_from, valid_to = read_period(reader)
    if suite not in SUITES_FOR[purpose]:
        raise reader.refuse()
    try:
        entry = node_key(
            suite=suite,
            spki=reader.der(reader.text("spki", max_length=_MAX_DER_TEXT)),
            valid_from=valid_from,
            valid_to=valid_to,
        )
    except CredentialError as error:
        raise reader.refuse() from error
    if reader.text("kid") != entry.kid:
        raise reader.refuse()
    return entry


def read_ca(reader: MemberReader, *, region_code: str) -> CaEntry:
    """This will read one CA of the list; its subject must name the region that lists it."""
    der = reader.der(reader.text("certificate", max_length=_MAX_DER_TEXT))
    try:
        facts = read_subject(read_certificate(der).subject)
    except X509Error as error:
        raise reader.refuse() from error
    if facts is None or facts.region_code != region_code or facts.agency_uscc is not None:
        raise reader.refuse()
    valid_from, valid_to = read_period(reader)
    return CaEntry(der=der, valid_from=valid_from, valid_to=valid_to)


def read_timestamp_authority(reader: MemberReader) -> CaEntry:
    """This will read one CA of timestamp authorities (RFC 3161) of the list; a region's own CA vouches for no time."""
    der = reader.der(reader.text("certificate", max_length=_MAX_DER_TEXT))
    try:
        certificate = x509.load_der_x509_certificate(der)
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        facts = read_subject(certificate.subject.public_bytes())
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension, UnsupportedAlgorithm, X509Error) as error:
        raise reader.refuse() from error
    if not constraints.ca or (facts is not None and facts.region_code in REGIONS):
        raise reader.refuse()
    valid_from, valid_to = read_period(reader)
    return CaEntry(der=der, valid_from=valid_from, valid_to=valid_to)


def read_witness(reader: MemberReader) -> Witness:
    """This will read one witness; its verifier key is for cosignatures and bears its name."""
    name, vkey = reader.text("name"), reader.text("vkey")
    try:
        key = parse_vkey(vkey)
    except LogError as error:
        raise reader.refuse() from error
    if key.name != name or key.kind is not SignatureType.COSIGNATURE_V1:
        raise reader.refuse()
    return Witness(name=name, vkey=vkey)


def read_period(reader: MemberReader) -> tuple[datetime, datetime | None]:
    """This will read `from` and `to` (absent or null: open); an empty period is refused."""
    valid_from, valid_to = reader.moment("from"), reader.optional_moment("to")
    if valid_to is not None and valid_to <= valid_from:
        raise reader.refuse()
    return valid_from, valid_to


def node_key_payload(entry: NodeKeyEntry) -> dict[str, Any]:
    """This will give the JSON form that `read_node_key` reads."""
    spki = base64.b64encode(entry.spki).decode("ascii")
    return {"kid": entry.kid, "suite": entry.suite, "spki": spki} | period_payload(entry.valid_from, entry.valid_to)


def ca_payload(entry: CaEntry) -> dict[str, Any]:
    """This will give the JSON form that `read_ca` reads."""
    text = base64.b64encode(entry.der).decode("ascii")
    return {"certificate": text} | period_payload(entry.valid_from, entry.valid_to)


def period_payload(valid_from: datetime, valid_to: datetime | None) -> dict[str, Any]:
    """This will give the JSON form that `read_period` reads."""
    start, end = whole_period(valid_from, valid_to)
    return {"from": int(start.timestamp()), "to": None if end is None else int(end.timestamp())}


def whole_period(valid_from: datetime, valid_to: datetime | None) -> tuple[datetime, datetime | None]:
    """This will widen a period to whole seconds, the only times that signed statements hold.

    Cut the other way, a licence issued in the second of a key's first or last moment would seem to be outside.
    """
    start = valid_from.replace(microsecond=0)
    if valid_to is None:
        return start, None
    end = valid_to if valid_to.microsecond == 0 else valid_to.replace(microsecond=0) + _SECOND
    return start, max(end, start + _SECOND)


def _load(suite: str, spki: bytes) -> object:
    if suite in SUITES:
        return SUITES[suite].load_public_key(spki)
    try:
        key = load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CredentialError("key.algorithm", "the bytes hold no key of this suite") from error
    if suite != ED25519 or not isinstance(key, Ed25519PublicKey):
        raise CredentialError("key.algorithm", "the bytes hold no key of this suite")
    return key
