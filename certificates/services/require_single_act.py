"""The bound of what one officer ends alone."""

from datetime import datetime

from django.conf import settings

from accounts.models import Agency
from certificates.core.errors import IssueError
from certificates.models import Certificate
from certificates.queries.mass_revocations import ended_lately


def require_single_act(*, certificate: Certificate, at: datetime) -> None:
    """This will let one more licence be revoked or suspended on its own, in the caller's transaction.

    The agency's row stays locked up to its end: acts at one moment are counted one after the other. The lock leaves issuing alone, whose
    rows only refer to the agency. Raises IssueError `issue.mass_needed` once the agency has ended so many within an hour.
    """
    agency = Agency.objects.select_for_update(no_key=True).get(pk=certificate.agency_id)
    if ended_lately(agency_uscc=agency.uscc, at=at) >= settings.NODE.mass_revoke_threshold:
        raise IssueError("issue.mass_needed", "so many licences ended in an hour take two administrators")
