"""Making the two kinds of X.509 certificates there are: a region's CA and an agency's licence-signing certificate.

Serial numbers and times are given; nothing is read from a clock. A private key may live anywhere: the signer signs the DER, and
what it gave is verified before the certificate leaves. Profile: RFC 5280, one suite along the path; SM2: GB/T 20518.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from asn1crypto import x509

from certificates.core.errors import CredentialError, IssueError, X509Error
from certificates.core.signing.suite import Signer
from certificates.core.x509_algorithms import algorithm_identifier, sign_der, suite_of_spki, verify_der
from certificates.core.x509_extensions import (
    ARCHIVE_SIGNING_EKU,
    LICENCE_SIGNING_EKU,
    SEAL_MAKING_EKU,
    authority_key_identifier,
    basic_constraints,
    crl_at,
    extension,
    key_usage,
    names_under,
    one_purpose,
    subject_key_identifier,
)
from certificates.core.x509_profile import subject_key_identifier as identifier_of
from certificates.core.x509_read import MAX_CERTIFICATE_BYTES, X509Certificate, read_certificate
from certificates.core.x509_scope import LICENCE_SCOPE, scope_value
from certificates.core.x509_subject import (
    ARCHIVE,
    SEAL_MAKER,
    SubjectFacts,
    agency_subject,
    own_subject,
    read_subject,
    region_base,
    region_subject,
)

_ROLES: Mapping[str, str] = {SEAL_MAKING_EKU: SEAL_MAKER, ARCHIVE_SIGNING_EKU: ARCHIVE}
_LAST_UTC_YEAR = 2049  # RFC 5280 section 4.1.2.5


def make_region_ca(
    *,
    region_code: str,
    region_name: str,
    spki: bytes,
    signer: Signer,
    serial_number: int,
    valid_from: datetime,
    valid_until: datetime,
) -> bytes:
    """This will make a region's self-signed CA (DER) over its key (DER): path length 0, names constrained to the region.

    Raises IssueError `issue.subject.*`, `issue.curve`, `issue.validity`, `issue.ca` (the signer signs with another key).
    """
    subject = region_subject(region_code=region_code, region_name=region_name)
    extensions = [
        basic_constraints(ca=True),
        key_usage("key_cert_sign", "crl_sign"),
        names_under(region_base(region_code=region_code)),
        subject_key_identifier(_certifiable(spki)),
    ]
    tbs = _tbs(
        subject=subject,
        spki=spki,
        serial_number=serial_number,
        valid_from=valid_from,
        valid_until=valid_until,
        extensions=extensions,
    )
    return _signed(tbs, issuer=subject, issuer_spki=spki, signer=signer)


def make_agency_certificate(
    *,
    ca_certificate: bytes,
    signer: Signer,
    agency_uscc: str,
    agency_name: str,
    licence_types: Collection[str],
    spki: bytes,
    serial_number: int,
    valid_from: datetime,
    valid_until: datetime,
    crl_url: str | None = None,
) -> bytes:
    """This will make an agency's certificate (DER) over its key (DER) for signing licences of those types in the CA's region.

    Raises IssueError `issue.subject.*`, `issue.scope`, `issue.curve`, `issue.validity`, `issue.ca` (no region's CA, or the
    signer signs with another key), `issue.certificate_size`.
    """
    ca, facts = _region_ca(ca_certificate)
    scope = scope_value(region_code=facts.region_code, licence_types=licence_types)
    return _leaf(
        ca=ca,
        signer=signer,
        subject=agency_subject(region_code=facts.region_code, agency_uscc=agency_uscc, agency_name=agency_name),
        own=[one_purpose(LICENCE_SIGNING_EKU), extension(LICENCE_SCOPE, scope)],
        spki=spki,
        serial_number=serial_number,
        period=(valid_from, valid_until),
        crl_url=crl_url,
    )


def make_own_certificate(
    *,
    ca_certificate: bytes,
    signer: Signer,
    eku: str,
    spki: bytes,
    serial_number: int,
    valid_from: datetime,
    valid_until: datetime,
    crl_url: str | None = None,
) -> bytes:
    """This will make a certificate (DER) for one of the region's own roles, named by its purpose, and for nothing else: making
    electronic seals, or signing receipts as files.

    Raises IssueError `issue.curve`, `issue.validity`, `issue.ca`.
    """
    ca, facts = _region_ca(ca_certificate)
    return _leaf(
        ca=ca,
        signer=signer,
        subject=own_subject(region_code=facts.region_code, region_name=facts.organisation_name, role=_ROLES[eku]),
        own=[one_purpose(eku)],
        spki=spki,
        serial_number=serial_number,
        period=(valid_from, valid_until),
        crl_url=crl_url,
    )


def _leaf(
    *,
    ca: X509Certificate,
    signer: Signer,
    subject: x509.Name,
    own: list[x509.Extension],
    spki: bytes,
    serial_number: int,
    period: tuple[datetime, datetime],
    crl_url: str | None,
) -> bytes:
    _require_period(*period)
    if period[0] < ca.valid_from or period[1] > ca.valid_until:
        raise IssueError("issue.validity", "the certificate would outlive its CA")
    extensions = [
        basic_constraints(ca=False),
        # Without content commitment (non-repudiation) PDF validators do not take it for document signatures.
        key_usage("digital_signature", "non_repudiation"),
        *own,
        subject_key_identifier(_certifiable(spki)),
        authority_key_identifier(identifier_of(ca)),
    ]
    if crl_url is not None:
        extensions.append(crl_at(crl_url))
    tbs = _tbs(
        subject=subject,
        spki=spki,
        serial_number=serial_number,
        valid_from=period[0],
        valid_until=period[1],
        extensions=extensions,
    )
    return _signed(tbs, issuer=x509.Name.load(ca.subject), issuer_spki=ca.spki, signer=signer)


def time_of(moment: datetime) -> x509.Time:
    """This will give a time in the form that its year demands: UTCTime to 2049, GeneralizedTime after."""
    kind = "utc_time" if moment.year <= _LAST_UTC_YEAR else "general_time"
    return x509.Time(name=kind, value=moment.replace(microsecond=0))


def _region_ca(der: bytes) -> tuple[X509Certificate, SubjectFacts]:
    try:
        ca = read_certificate(der)
    except X509Error as error:
        raise IssueError("issue.ca", "the CA certificate cannot be read") from error
    facts = read_subject(ca.subject)
    if facts is None or facts.agency_uscc is not None:
        raise IssueError("issue.ca", "the CA certificate is not a region's")
    return ca, facts


def _certifiable(spki: bytes) -> bytes:
    try:
        suite_of_spki(spki)
    except X509Error as error:
        raise IssueError("issue.curve", "only keys of the signing suites are certified") from error
    return spki


def _require_period(valid_from: datetime, valid_until: datetime) -> None:
    if valid_from.tzinfo is None or valid_until.tzinfo is None or valid_from >= valid_until:
        raise IssueError("issue.validity", "the period of validity is empty or has no time zone")


def _tbs(
    *,
    subject: x509.Name,
    spki: bytes,
    serial_number: int,
    valid_from: datetime,
    valid_until: datetime,
    extensions: list[x509.Extension],
) -> x509.TbsCertificate:
    _require_period(valid_from, valid_until)
    return x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial_number,
            "validity": x509.Validity({"not_before": time_of(valid_from), "not_after": time_of(valid_until)}),
            "subject": subject,
            "subject_public_key_info": x509.PublicKeyInfo.load(spki),
            "extensions": x509.Extensions(extensions),
        }
    )


def _signed(tbs: x509.TbsCertificate, *, issuer: x509.Name, issuer_spki: bytes, signer: Signer) -> bytes:
    try:
        algorithm = algorithm_identifier(signer.suite)
        tbs["signature"], tbs["issuer"] = algorithm, issuer
        data = tbs.dump()
        signature = sign_der(data, signer=signer)
        verify_der(data, signature, algorithm=algorithm.dump(), spki=issuer_spki)
    except (X509Error, CredentialError) as error:
        raise IssueError("issue.ca", "the CA certificate belongs to another key than the one that signed") from error
    made: bytes = x509.Certificate(
        {"tbs_certificate": tbs, "signature_algorithm": algorithm, "signature_value": signature}
    ).dump()
    if len(made) > MAX_CERTIFICATE_BYTES:
        raise IssueError("issue.certificate_size", "the certificate would be larger than verifiers take")
    return made
