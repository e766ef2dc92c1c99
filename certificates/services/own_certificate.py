"""A certificate that the caller's agency issued, locked for a change."""

from uuid import UUID

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from certificates.core.errors import IssueError
from certificates.models import Certificate


def own_certificate(*, caller: Caller, certificate_id: UUID) -> Certificate:
    """This will lock and give the row in the caller's transaction.

    Raises NotPermitted, or IssueError `issue.unknown` where the certificate does not exist or is another agency's: who
    is not the issuer learns nothing from the difference.
    """
    require(caller, Action.REVOKE)
    found = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("agency", "licence_type")
        .filter(pk=certificate_id, agency__uscc=caller.agency_uscc or "")
        .first()
    )
    if found is None:
        raise IssueError("issue.unknown", "the agency has issued no such certificate")
    return found
