"""Checking that an agency's X.509 certificate was issued under its region's CA and is for signing licences.

A path here is always two long: the region's CA, taken from the trust list, and the leaf, taken from the message. Checked:
 1. the message holds one certificate: no CA, no anchor, nothing self-signed
 2. a CA that the list has for this region, in force when the licence was issued, signed it (RFC 5280 section 6.1.3)
 3. that CA may sign certificates; both are P-256 with SHA-256
 4. the leaf is no CA, signs statements, and has our extended key usage; nothing critical is left unread
 5. both certificates were valid at that time
 6. its subject names this region and the agency that the bundle names
"""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtensionOID, SignatureAlgorithmOID

from certificates.core.x509_subject import LICENCE_SIGNING_EKU, read_subject
from verification.core.errors import IssuerError
from verification.core.trust_keys import CaEntry
from verification.core.trust_list import TrustedRegion

_READ_WHERE_CRITICAL: Final = frozenset(
    {ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE}
)
_MAX_DER_BYTES: Final = 4096

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


def check_issuer_path(*, x5c: tuple[bytes, ...], region: TrustedRegion, agency_uscc: str, issued_at: datetime) -> None:
    """This will return if the chain (DER, leaf first, without the CA) holds for a licence issued at that time.

    Raises IssuerError `issuer.chain_missing|chain_too_long|anchor_included|unreadable|self_signed|unknown_ca|
    ca_not_in_force|ca_constraints|signature_algorithm|curve|is_ca|key_usage|extended_key_usage|critical_extension|
    not_in_force|region|agency`.
    """
    leaf_der = _only_leaf(x5c, region)
    leaf = load_certificate(leaf_der)
    if leaf.issuer == leaf.subject:
        raise IssuerError("issuer.self_signed", "the agency's certificate vouches for itself")
    ca = _issuing_ca(leaf_der, region, issued_at)
    _check_ca(ca)
    _check_algorithms(leaf)
    _check_leaf_profile(leaf)
    for certificate in (leaf, ca):
        if not certificate.not_valid_before_utc <= issued_at <= certificate.not_valid_after_utc:
            raise IssuerError("issuer.not_in_force", "a certificate was not valid when the licence was issued")
    _check_subject(leaf, region=region, agency_uscc=agency_uscc)


@lru_cache(maxsize=512)
def spki_of_leaf(der: bytes) -> bytes:
    """This will give the DER SubjectPublicKeyInfo of a certificate. Raises IssuerError `issuer.unreadable`."""
    return load_certificate(der).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@lru_cache(maxsize=512)  # agencies sign many licences with one certificate
def load_certificate(der: bytes) -> x509.Certificate:
    """This will parse DER of at most 4 KiB, extensions too. Raises IssuerError `issuer.unreadable`."""
    if len(der) > _MAX_DER_BYTES:
        raise IssuerError("issuer.unreadable", "the certificate is larger than allowed")
    try:
        certificate = x509.load_der_x509_certificate(der)
        len(certificate.extensions)  # parsed only when asked for; repeated or broken ones show up here
        certificate.public_key()
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, UnsupportedAlgorithm) as error:
        raise IssuerError("issuer.unreadable", "the certificate cannot be read") from error
    return certificate


def _only_leaf(x5c: tuple[bytes, ...], region: TrustedRegion) -> bytes:
    if not x5c:
        raise IssuerError("issuer.chain_missing", "there is no certificate of an agency")
    if any(entry.der in x5c for entry in region.cas):
        raise IssuerError("issuer.anchor_included", "the chain brings its own CA along")
    if len(x5c) > 1:
        raise IssuerError("issuer.chain_too_long", "there is a certificate between the agency and its region's CA")
    return x5c[0]


def _issuing_ca(leaf_der: bytes, region: TrustedRegion, issued_at: datetime) -> x509.Certificate:
    found: list[CaEntry] = [entry for entry in region.cas if _vouches(entry.der, leaf_der)]
    if not found:
        raise IssuerError("issuer.unknown_ca", "none of the region's CAs issued the agency's certificate")
    for entry in found:
        if entry.in_force(issued_at):
            return load_certificate(entry.der)
    raise IssuerError("issuer.ca_not_in_force", "the region's CA was not in force when the licence was issued")


@lru_cache(maxsize=1024)
def _vouches(ca_der: bytes, leaf_der: bytes) -> bool:
    try:
        load_certificate(leaf_der).verify_directly_issued_by(load_certificate(ca_der))
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _check_ca(ca: x509.Certificate) -> None:
    constraints = _extension(ca, x509.BasicConstraints)
    usage = _extension(ca, x509.KeyUsage)
    if constraints is None or not constraints.ca or usage is None or not usage.key_cert_sign:
        raise IssuerError("issuer.ca_constraints", "the region's certificate may not issue certificates")
    _check_algorithms(ca)


def _check_algorithms(certificate: x509.Certificate) -> None:
    if certificate.signature_algorithm_oid != SignatureAlgorithmOID.ECDSA_WITH_SHA256:
        raise IssuerError("issuer.signature_algorithm", "a certificate is not signed with ECDSA and SHA-256")
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise IssuerError("issuer.curve", "a certificate's key is not a P-256 key")


def _check_leaf_profile(leaf: x509.Certificate) -> None:
    constraints = _extension(leaf, x509.BasicConstraints)
    if constraints is None or constraints.ca:
        raise IssuerError("issuer.is_ca", "the agency's certificate does not say that it is no CA")
    usage = _extension(leaf, x509.KeyUsage)
    if usage is None or not usage.digital_signature or usage.key_cert_sign or usage.crl_sign:
        raise IssuerError("issuer.key_usage", "the agency's key is not for signing statements only")
    purposes = _extension(leaf, x509.ExtendedKeyUsage)
    if purposes is None or list(purposes) != [LICENCE_SIGNING_EKU]:
        raise IssuerError("issuer.extended_key_usage", "the agency's key is not for signing licences only")
    if any(_is_unread_critical(extension) for extension in leaf.extensions):
        raise IssuerError("issuer.critical_extension", "the agency's certificate has a critical part nobody reads")


def _is_unread_critical(extension: x509.Extension[x509.ExtensionType]) -> bool:
    return extension.critical and extension.oid not in _READ_WHERE_CRITICAL


def _check_subject(leaf: x509.Certificate, *, region: TrustedRegion, agency_uscc: str) -> None:
    facts = read_subject(leaf.subject)
    if facts is None or facts.region_code != region.code:
        raise IssuerError("issuer.region", "the agency's certificate does not name the region")
    if facts.agency_uscc != agency_uscc:
        raise IssuerError("issuer.agency", "the certificate names another agency than the region's bundle")


def _extension(certificate: x509.Certificate, kind: type[_Extension]) -> _Extension | None:
    found: Iterator[x509.Extension[x509.ExtensionType]] = iter(certificate.extensions)
    return next((extension.value for extension in found if isinstance(extension.value, kind)), None)
