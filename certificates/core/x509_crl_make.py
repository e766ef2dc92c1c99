"""Making a CA's revocation list (RFC 5280 section 5), for licensed CAs, PDF readers and whoever knows no agency-key bundle."""

from collections.abc import Iterable
from datetime import datetime

from asn1crypto import core, crl, x509

from certificates.core.errors import CredentialError, IssueError, X509Error
from certificates.core.signing.suite import Signer
from certificates.core.x509_algorithms import algorithm_identifier, sign_der
from certificates.core.x509_crl import Reason, Revocation, read_crl
from certificates.core.x509_extensions import (
    CRL_NUMBER,
    INVALIDITY_DATE,
    REASON_CODE,
    authority_key_identifier,
    extension,
)
from certificates.core.x509_make import time_of
from certificates.core.x509_profile import subject_key_identifier
from certificates.core.x509_read import read_certificate


def make_crl(
    *,
    ca_certificate: bytes,
    signer: Signer,
    number: int,
    issued_at: datetime,
    next_update: datetime,
    revoked: Iterable[Revocation],
) -> bytes:
    """This will make a complete list (DER) of what the CA (DER) revoked; `number` must be higher than any before.

    Raises IssueError `issue.ca` (no CA that may sign lists, or the signer signs with another key), `issue.validity`.
    """
    if issued_at.tzinfo is None or next_update.tzinfo is None or issued_at >= next_update:
        raise IssueError("issue.validity", "the period of the revocation list is empty or has no time zone")
    try:
        ca = read_certificate(ca_certificate)
        algorithm = algorithm_identifier(signer.suite)
        own = [authority_key_identifier(subject_key_identifier(ca)), extension(CRL_NUMBER, core.Integer(number))]
        members = {
            "version": "v2",
            "signature": algorithm,
            "issuer": x509.Name.load(ca.subject),
            "this_update": time_of(issued_at),
            "next_update": time_of(next_update),
            "crl_extensions": [crl.TBSCertListExtension.load(item.dump()) for item in own],
        }
        entries = [_entry(one) for one in sorted(revoked, key=lambda one: one.serial_number)]
        # RFC 5280 section 5.1.2.6: no revoked certificates, no list of them.
        tbs = crl.TbsCertList(members | ({"revoked_certificates": entries} if entries else {}))
        signature = sign_der(tbs.dump(), signer=signer)
        made: bytes = crl.CertificateList(
            {"tbs_cert_list": tbs, "signature_algorithm": algorithm, "signature": signature}
        ).dump()
        read_crl(made, ca=ca)
    except (X509Error, CredentialError) as error:
        raise IssueError("issue.ca", "the list is another key's or of no CA, or larger than verifiers take") from error
    return made


def _entry(one: Revocation) -> crl.RevokedCertificate:
    extensions: list[x509.Extension] = []
    if one.reason is not Reason.UNSPECIFIED:  # RFC 5280 section 5.3.1: then the reason is left out
        extensions.append(extension(REASON_CODE, core.Enumerated.load(bytes([0x0A, 1, one.reason]))))
    if one.invalid_from is not None:
        at = core.GeneralizedTime(one.invalid_from.replace(microsecond=0))
        extensions.append(extension(INVALIDITY_DATE, at))
    members = {"user_certificate": one.serial_number, "revocation_date": time_of(one.revoked_at)}
    if extensions:
        members["crl_entry_extensions"] = [crl.CRLEntryExtension.load(item.dump()) for item in extensions]
    return crl.RevokedCertificate(members)
