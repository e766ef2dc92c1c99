"""The subject names of regions' CAs and agencies' X.509 certificates: one layout for issuing and checking.

Region CA: `C=CN, ST=<region code>, O=<region name>`. Agency: `C=CN, ST=<region code>, O=<agency name>,
organizationIdentifier=<USCC>, CN=<agency name>`. Both begin with `C, ST`, so that a directory-name constraint in the
CA (RFC 5280 section 4.2.1.10) keeps its agencies inside the region.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from asn1crypto import core, x509

from accounts.core.errors import IdentityCodeError
from accounts.core.organisation_codes import check_uscc
from accounts.core.regions import REGIONS
from certificates.core.der import SET as DER_SET
from certificates.core.der import Node, oid, read_der, sequence, text
from certificates.core.errors import CanonicalError, IssueError
from certificates.core.x509_read import MAX_CERTIFICATE_BYTES

MAX_NAME_LENGTH: Final = 64  # ub-organization-name and ub-common-name, RFC 5280 appendix A.1

_COUNTRY: Final = "2.5.4.6"
_STATE: Final = "2.5.4.8"
_ORGANISATION: Final = "2.5.4.10"
_ORGANISATION_IDENTIFIER: Final = "2.5.4.97"
_COMMON_NAME: Final = "2.5.4.3"
SEAL_MAKER: Final = "电子印章制作"
ARCHIVE: Final = "用证回执归档"
_MAX_RDNS: Final = 16  # ours have five; others' CAs may add a place or a unit


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectFacts:
    """This will hold what a subject name says: the region's code and, of an agency, its USCC and name."""

    region_code: str
    organisation_name: str
    agency_uscc: str | None


def region_base(*, region_code: str) -> x509.Name:
    """This will build the beginning that all names of a region share. Raises IssueError `issue.subject.region`."""
    return _name(_base(region_code))


def region_subject(*, region_code: str, region_name: str) -> x509.Name:
    """This will build a region CA's subject. Raises IssueError `issue.subject.region|name`."""
    return _name([*_base(region_code), (_ORGANISATION, _checked_name(region_name))])


def own_subject(*, region_code: str, region_name: str, role: str) -> x509.Name:
    """This will build the subject of a certificate for one of the region's own roles. Raises IssueError `issue.subject.region|name`."""
    own = [(_ORGANISATION, _checked_name(region_name)), (_COMMON_NAME, role)]
    return _name([*_base(region_code), *own])


def agency_subject(*, region_code: str, agency_uscc: str, agency_name: str) -> x509.Name:
    """This will build an agency's subject. Raises IssueError `issue.subject.region|uscc|name`."""
    try:
        check_uscc(agency_uscc)
    except IdentityCodeError as error:
        raise IssueError("issue.subject.uscc", "the agency's unified social credit code is wrong") from error
    name = _checked_name(agency_name)
    own = [(_ORGANISATION, name), (_ORGANISATION_IDENTIFIER, agency_uscc), (_COMMON_NAME, name)]
    return _name([*_base(region_code), *own])


@lru_cache(maxsize=1024)  # the subjects of agencies, one for many licences; as flat as what it is read from
def read_subject(name: bytes) -> SubjectFacts | None:
    """This will read a subject (DER) of our layout, or give None where an attribute is missing or occurs twice."""
    try:
        attributes = [
            _attribute(rdn)
            for rdn in sequence(read_der(name, max_bytes=MAX_CERTIFICATE_BYTES), least=1, most=_MAX_RDNS)
        ]
    except CanonicalError:
        return None
    found = dict(attributes)
    # Whatever occurs twice could be read in two ways.
    if len(found) != len(attributes) or found.get(_COUNTRY) != "CN":
        return None
    region_code, organisation = found.get(_STATE), found.get(_ORGANISATION)
    if region_code is None or organisation is None:
        return None
    return SubjectFacts(
        region_code=region_code, organisation_name=organisation, agency_uscc=found.get(_ORGANISATION_IDENTIFIER)
    )


def _attribute(rdn: Node) -> tuple[str, str]:
    (pair,) = sequence(rdn, least=1, most=1, tag=DER_SET)
    kind, value = sequence(pair, least=2, most=2)
    return oid(kind), text(value)


def _base(region_code: str) -> list[tuple[str, str]]:
    if region_code not in REGIONS:
        raise IssueError("issue.subject.region", "the subject names no provincial region")
    return [(_COUNTRY, "CN"), (_STATE, region_code)]


def _name(attributes: list[tuple[str, str]]) -> x509.Name:
    # RFC 5280 section 4.1.2.4: the country is a PrintableString, all else UTF8String.
    rdns = [
        x509.RelativeDistinguishedName(
            [
                x509.NameTypeAndValue(
                    {
                        "type": kind,
                        "value": core.PrintableString(value)
                        if kind == _COUNTRY
                        else x509.DirectoryString(name="utf8_string", value=core.UTF8String(value)),
                    }
                )
            ]
        )
        for kind, value in attributes
    ]
    return x509.Name(name="", value=x509.RDNSequence(rdns))


def _checked_name(value: str) -> str:
    if not 0 < len(value) <= MAX_NAME_LENGTH or not value.isprintable() or value.strip() != value:
        raise IssueError("issue.subject.name", "a name in a subject has 1 to 64 printable characters")
    return value
