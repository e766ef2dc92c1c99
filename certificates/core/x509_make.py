"""Making the two kinds of X.509 certificates there are: a region's CA and an agency's licence-signing certificate.

Keys, serial numbers and times are given; nothing is read from a clock. Profile: RFC 5280, P-256 with SHA-256 only.
"""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.core.errors import IssueError
from certificates.core.x509_subject import (
    LICENCE_SIGNING_EKU,
    agency_subject,
    read_subject,
    region_base,
    region_subject,
)


def make_region_ca(
    *,
    region_code: str,
    region_name: str,
    private_key: ec.EllipticCurvePrivateKey,
    serial_number: int,
    valid_from: datetime,
    valid_until: datetime,
) -> bytes:
    """This will make a region's self-signed CA (DER): path length 0, names constrained to the region.

    Raises IssueError `issue.subject.*`, `issue.curve`, `issue.validity`.
    """
    subject = region_subject(region_code=region_code, region_name=region_name)
    public_key = private_key.public_key()
    base = x509.DirectoryName(region_base(region_code=region_code))
    key_identifier = x509.SubjectKeyIdentifier.from_public_key(public_key)
    builder = (
        _builder(public_key, serial_number, valid_from, valid_until)
        .subject_name(subject)
        .issuer_name(subject)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=[base], excluded_subtrees=None), critical=True)
        .add_extension(key_identifier, critical=False)
    )
    return builder.sign(private_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def make_agency_certificate(
    *,
    ca_certificate: bytes,
    ca_private_key: ec.EllipticCurvePrivateKey,
    agency_uscc: str,
    agency_name: str,
    public_key: ec.EllipticCurvePublicKey,
    serial_number: int,
    valid_from: datetime,
    valid_until: datetime,
    crl_url: str | None = None,
) -> bytes:
    """This will make an agency's certificate (DER) for signing licences, in the region of the CA (DER).

    Raises IssueError `issue.subject.*`, `issue.curve`, `issue.validity`, `issue.ca` (no region's CA, or another key's).
    """
    ca = x509.load_der_x509_certificate(ca_certificate)
    facts = read_subject(ca.subject)
    if facts is None or facts.agency_uscc is not None or ca.public_key() != ca_private_key.public_key():
        raise IssueError("issue.ca", "the CA certificate is not a region's, or belongs to another key")
    _require_period(valid_from, valid_until)
    if valid_from < ca.not_valid_before_utc or valid_until > ca.not_valid_after_utc:
        raise IssueError("issue.validity", "the certificate would outlive its CA")
    ca_key_identifier = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(ca_key_identifier)
    builder = (
        _builder(public_key, serial_number, valid_from, valid_until)
        .subject_name(agency_subject(region_code=facts.region_code, agency_uscc=agency_uscc, agency_name=agency_name))
        .issuer_name(ca.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        # Without content commitment (non-repudiation) PDF validators do not take it for document signatures.
        .add_extension(_key_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([LICENCE_SIGNING_EKU]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(authority, critical=False)
    )
    if crl_url is not None:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return builder.sign(ca_private_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _require_period(valid_from: datetime, valid_until: datetime) -> None:
    if valid_from.tzinfo is None or valid_until.tzinfo is None or valid_from >= valid_until:
        raise IssueError("issue.validity", "the period of validity is empty or has no time zone")


def _builder(
    public_key: ec.EllipticCurvePublicKey, serial_number: int, valid_from: datetime, valid_until: datetime
) -> x509.CertificateBuilder:
    if not isinstance(public_key.curve, ec.SECP256R1):
        raise IssueError("issue.curve", "only P-256 keys are certified")
    _require_period(valid_from, valid_until)
    return (
        x509.CertificateBuilder()
        .public_key(public_key)
        .serial_number(serial_number)
        .not_valid_before(valid_from)
        .not_valid_after(valid_until)
    )


def _key_usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
