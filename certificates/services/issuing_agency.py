"""The agency that issues under a code."""

from accounts.models import Agency
from certificates.core.errors import IssueError


def issuing_agency(*, uscc: str | None) -> Agency:
    """This will give the active agency that issues under a USCC; raises IssueError `issue.agency`."""
    agency = Agency.objects.filter(uscc=uscc or "", issues=True, is_active=True).first()
    if agency is None:
        raise IssueError("issue.agency", "no active agency that issues licences has this code")
    return agency
