"""Checking that an agency's X.509 certificate was issued under its region's CA and is for signing such a licence.

A path here is always two long: the region's CA, taken from the trust list, and the leaf, taken from the message. Checked:
 1. the message holds one certificate: no CA, no anchor, nothing self-signed; strict DER, version 3, key on a suite's curve
 2. a CA that the list has for this region, in force when the licence was issued, signed it (RFC 5280 section 6.1.3), by
    name, key identifier and signature, in the CA's own suite and within its name constraints
 3. that CA may sign certificates
 4. the leaf is no CA, signs statements, and has our extended key usage; nothing critical is left unread
 5. both certificates were valid at that time
 6. its subject names this region and the agency that the bundle names
 7. its scope covers this region and the licence's type
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache

from certificates.core.errors import X509Error
from certificates.core.x509_chain import issuing_cas
from certificates.core.x509_profile import require_ca_profile, require_leaf_profile, require_scope
from certificates.core.x509_read import X509Certificate, read_certificate
from certificates.core.x509_subject import read_subject
from verification.core.errors import IssuerError
from verification.core.trust_list import TrustedRegion


def check_issuer_path(
    *, x5c: tuple[bytes, ...], region: TrustedRegion, agency_uscc: str, type_code: str, issued_at: datetime
) -> None:
    """This will return if the chain (DER, leaf first, without the CA) holds for a licence of that type issued at that time.

    Raises IssuerError `issuer.chain_missing|chain_too_long|anchor_included|unreadable|version|serial|self_signed|unknown_ca|
    ca_not_in_force|ca_constraints|signature_algorithm|curve|key_identifier|name_constraints|is_ca|key_usage|
    extended_key_usage|critical_extension|not_in_force|region|agency|scope`.
    """
    leaf_der = _only_leaf(x5c, region)
    with _issuer_errors():
        leaf = read_certificate(leaf_der)
        if leaf.issuer == leaf.subject:
            raise IssuerError("issuer.self_signed", "the agency's certificate vouches for itself")
        ca = _issuing_ca(leaf_der, region, issued_at)
        _require_profiles(ca.der, leaf_der)
        if not (leaf.in_force(issued_at) and ca.in_force(issued_at)):
            raise IssuerError("issuer.not_in_force", "a certificate was not valid when the licence was issued")
        _check_subject(leaf, region=region, agency_uscc=agency_uscc)
        require_scope(leaf, region_code=region.code, licence_types=[type_code])


def is_of_region(leaf_der: bytes, *, region: TrustedRegion | None) -> bool:
    """This will tell whether a CA of that region issued the certificate (DER), within the names that the CA may certify.

    A reader of files takes the CAs of all regions; the subject alone would let one region's CA speak for another.
    """
    try:
        return region is not None and bool(issuing_cas(leaf_der, cas=[entry.der for entry in region.cas]))
    except X509Error:
        return False


def spki_of_leaf(der: bytes) -> bytes:
    """This will give the DER SubjectPublicKeyInfo of a certificate. Raises IssuerError `issuer.unreadable|...`."""
    with _issuer_errors():
        return read_certificate(der).spki


@contextmanager
def _issuer_errors() -> Iterator[None]:
    try:
        yield
    except X509Error as error:
        raise IssuerError(error.code, error.message) from error


def _only_leaf(x5c: tuple[bytes, ...], region: TrustedRegion) -> bytes:
    if not x5c:
        raise IssuerError("issuer.chain_missing", "there is no certificate of an agency")
    if any(entry.der in x5c for entry in region.cas):
        raise IssuerError("issuer.anchor_included", "the chain brings its own CA along")
    if len(x5c) > 1:
        raise IssuerError("issuer.chain_too_long", "there is a certificate between the agency and its region's CA")
    return x5c[0]


def _issuing_ca(leaf_der: bytes, region: TrustedRegion, issued_at: datetime) -> X509Certificate:
    found = issuing_cas(leaf_der, cas=[entry.der for entry in region.cas])
    for entry in region.cas:
        if entry.der in found and entry.in_force(issued_at):
            return read_certificate(entry.der)
    raise IssuerError("issuer.ca_not_in_force", "the region's CA was not in force when the licence was issued")


@lru_cache(maxsize=1024)  # what a pair says does not change with the licence
def _require_profiles(ca_der: bytes, leaf_der: bytes) -> None:
    require_ca_profile(read_certificate(ca_der))
    require_leaf_profile(read_certificate(leaf_der))


def _check_subject(leaf: X509Certificate, *, region: TrustedRegion, agency_uscc: str) -> None:
    facts = read_subject(leaf.subject)
    if facts is None or facts.region_code != region.code:
        raise IssuerError("issuer.region", "the agency's certificate does not name the region")
    if facts.agency_uscc != agency_uscc:
        raise IssuerError("issuer.agency", "the certificate names another agency than the region's bundle")
