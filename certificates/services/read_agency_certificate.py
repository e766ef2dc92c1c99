"""An agency reading how far a certificate of its own is."""

from uuid import UUID

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from certificates.core.errors import IssueError
from certificates.queries.certificate_metadata import CertificateMetadata, certificate_metadata


def read_agency_certificate(*, caller: Caller, certificate_id: UUID) -> CertificateMetadata:
    """This will give the metadata of a certificate of the caller's agency; writes nothing.

    Raises NotPermitted, and IssueError `issue.unknown` alike for one that does not exist and for one of another agency.
    """
    require(caller, Action.READ_METADATA)
    found = certificate_metadata(certificate_id=certificate_id)
    if found is None or found.agency_uscc != caller.agency_uscc:
        raise IssueError("issue.unknown", "the agency has issued no such certificate")
    return found
