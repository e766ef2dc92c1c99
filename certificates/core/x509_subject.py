"""The subject names of regions' CAs and agencies' X.509 certificates: one layout for issuing and checking.

Region CA: `C=CN, ST=<region code>, O=<region name>`. Agency: `C=CN, ST=<region code>, O=<agency name>,
organizationIdentifier=<USCC>, CN=<agency name>`. Both begin with `C, ST`, so that a directory-name constraint in the
CA (RFC 5280 section 4.2.1.10) keeps its agencies inside the region.
"""

from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from accounts.core.errors import IdentityCodeError
from accounts.core.organisation_codes import check_uscc
from accounts.core.regions import REGIONS
from certificates.core.errors import IssueError

# The arc under 2.25 needs no registration (ITU-T X.667): it is the number of a random UUID.
LICENCE_SIGNING_EKU: Final = x509.ObjectIdentifier("2.25.214007393116565566172689354434170099529")

MAX_NAME_LENGTH: Final = 64  # ub-organization-name and ub-common-name, RFC 5280 appendix A.1


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectFacts:
    """This will hold what a subject name says: the region's code and, of an agency, its USCC and name."""

    region_code: str
    organisation_name: str
    agency_uscc: str | None


def region_base(*, region_code: str) -> x509.Name:
    """This will build the beginning that all names of a region share. Raises IssueError `issue.subject.region`."""
    if region_code not in REGIONS:
        raise IssueError("issue.subject.region", "the subject names no provincial region")
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.STATE_OR_PROVINCE_NAME, region_code),
        ]
    )


def region_subject(*, region_code: str, region_name: str) -> x509.Name:
    """This will build a region CA's subject. Raises IssueError `issue.subject.region|name`."""
    base = region_base(region_code=region_code)
    return x509.Name([*base, x509.NameAttribute(NameOID.ORGANIZATION_NAME, _checked_name(region_name))])


def agency_subject(*, region_code: str, agency_uscc: str, agency_name: str) -> x509.Name:
    """This will build an agency's subject. Raises IssueError `issue.subject.region|uscc|name`."""
    try:
        check_uscc(agency_uscc)
    except IdentityCodeError as error:
        raise IssueError("issue.subject.uscc", "the agency's unified social credit code is wrong") from error
    name = _checked_name(agency_name)
    return x509.Name(
        [
            *region_base(region_code=region_code),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, agency_uscc),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def read_subject(name: x509.Name) -> SubjectFacts | None:
    """This will read a subject of our layout, or give None where an attribute is missing or occurs twice."""
    if any(len(rdn) != 1 for rdn in name.rdns) or _only(name, NameOID.COUNTRY_NAME) != "CN":
        return None
    region_code = _only(name, NameOID.STATE_OR_PROVINCE_NAME)
    organisation = _only(name, NameOID.ORGANIZATION_NAME)
    identifiers = name.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    if region_code is None or organisation is None or len(identifiers) > 1:
        return None
    uscc = _only(name, NameOID.ORGANIZATION_IDENTIFIER)
    return SubjectFacts(region_code=region_code, organisation_name=organisation, agency_uscc=uscc)


def _only(name: x509.Name, oid: x509.ObjectIdentifier) -> str | None:
    found = name.get_attributes_for_oid(oid)
    if len(found) != 1 or not isinstance(found[0].value, str):
        return None
    return found[0].value


def _checked_name(text: str) -> str:
    if not 0 < len(text) <= MAX_NAME_LENGTH or not text.isprintable() or text.strip() != text:
        raise IssueError("issue.subject.name", "a name in a subject has 1 to 64 printable characters")
    return text
