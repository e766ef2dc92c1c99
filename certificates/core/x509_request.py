"""Requests for an agency's certificate (PKCS#10, RFC 2986) to a CA that is not this node's: made here, read strictly.

The wanted profile travels as an extension request (RFC 2985 section 5.4.2), so that a licensed CA can copy it.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from asn1crypto import csr, x509

from certificates.core.der import SEQUENCE, SET, integer, octets_in_bits, oid, read_der, sequence
from certificates.core.errors import CanonicalError, CredentialError, IssueError, X509Error
from certificates.core.signing.suite import Signer
from certificates.core.x509_algorithms import algorithm_identifier, sign_der, verify_der
from certificates.core.x509_extensions import LICENCE_SIGNING_EKU, basic_constraints, extension, key_usage, one_purpose
from certificates.core.x509_read import MAX_CERTIFICATE_BYTES, read_extensions
from certificates.core.x509_scope import LICENCE_SCOPE, LicenceScope, read_scope, scope_value
from certificates.core.x509_subject import SubjectFacts, agency_subject, read_subject

_EXTENSION_REQUEST: Final = "1.2.840.113549.1.9.14"
_ATTRIBUTES_TAG: Final = 0xA0
_MAX_ATTRIBUTES: Final = 8  # a request has one that counts, CAs' tools add a few


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyRequest:
    """This will hold what a request asks for, signed with the key that it names: `spki` is DER."""

    subject: SubjectFacts
    spki: bytes = field(repr=False)
    scope: LicenceScope


def make_csr(
    *,
    region_code: str,
    agency_uscc: str,
    agency_name: str,
    licence_types: Collection[str],
    spki: bytes,
    signer: Signer,
) -> bytes:
    """This will make an agency's request (DER) over its key (DER), signed by that key, which may live anywhere.

    Raises IssueError `issue.subject.*`, `issue.scope`, `issue.curve`, `issue.key` (the signer signs with another key).
    """
    wanted = [
        basic_constraints(ca=False),
        key_usage("digital_signature", "non_repudiation"),
        one_purpose(LICENCE_SIGNING_EKU),
        extension(LICENCE_SCOPE, scope_value(region_code=region_code, licence_types=licence_types)),
    ]
    info = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": agency_subject(region_code=region_code, agency_uscc=agency_uscc, agency_name=agency_name),
            "subject_pk_info": x509.PublicKeyInfo.load(spki),
            "attributes": [{"type": _EXTENSION_REQUEST, "values": [x509.Extensions(wanted)]}],
        }
    )
    data = info.dump()
    try:
        algorithm = algorithm_identifier(signer.suite)
        signature = sign_der(data, signer=signer)
        verify_der(data, signature, algorithm=algorithm.dump(), spki=spki)
    except (X509Error, CredentialError) as error:
        raise IssueError("issue.key", "the request names another key than the one that signed") from error
    made: bytes = csr.CertificationRequest(
        {"certification_request_info": info, "signature_algorithm": algorithm, "signature": signature}
    ).dump()
    return made


def read_csr(der: bytes) -> AgencyRequest:
    """This will read an agency's request and verify that its sender holds the key.

    Raises X509Error `csr.unreadable`, `csr.subject`, or `issuer.curve|signature_algorithm|signature|scope`.
    """
    with _request_form():
        info, algorithm, signature = sequence(read_der(der, max_bytes=MAX_CERTIFICATE_BYTES), least=3, most=3)
        version, subject, spki, attributes = sequence(info, least=4, most=4)
        if integer(version) != 0:
            raise X509Error("csr.unreadable", "the request is not of version 1")
        verify_der(info.raw, octets_in_bits(signature), algorithm=algorithm.raw, spki=spki.raw)
        pairs = [
            sequence(item, least=2, most=2, tag=SEQUENCE)
            for item in sequence(attributes, least=1, most=_MAX_ATTRIBUTES, tag=_ATTRIBUTES_TAG)
        ]
        wanted = [values for kind, values in pairs if oid(kind) == _EXTENSION_REQUEST]
        if len(wanted) != 1:
            raise X509Error("csr.unreadable", "the request does not say what certificate it asks for")
        (asked,) = sequence(wanted[0], least=1, most=1, tag=SET)
        found = read_extensions(asked).get(LICENCE_SCOPE)
    facts = read_subject(subject.raw)
    if facts is None or facts.agency_uscc is None:
        raise X509Error("csr.subject", "the request does not name an agency in the agreed layout")
    if found is None:
        raise X509Error("issuer.scope", "the request does not say for which licence types it is")
    return AgencyRequest(subject=facts, spki=spki.raw, scope=read_scope(found.value))


@contextmanager
def _request_form() -> Iterator[None]:
    try:
        yield
    except CanonicalError as error:
        raise X509Error("csr.unreadable", "the request is too large or not in DER of the agreed form") from error
