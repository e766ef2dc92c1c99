"""Correct a licence: the next version of the same serial takes the old one's place."""

from datetime import datetime
from uuid import UUID

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from certificates.core.actor import actor_of
from certificates.core.errors import IssueError
from certificates.core.issue_request import IssueAnswer, IssueRequest
from certificates.models import Certificate
from certificates.services.complete_intent import complete_intent
from certificates.services.issuing_agency import issuing_agency
from certificates.services.reserve_certificate import reserve_certificate


def correct_certificate(
    *, caller: Caller, certificate_id: UUID, request: IssueRequest, idempotency_key: str, at: datetime
) -> IssueAnswer:
    """This will issue version + 1 as `issue_certificate` does; the old version becomes superseded in the commit that
    stores the new one, with its status lists.

    Raises NotPermitted, IssueError `issue.unknown|state|other_type` and what issuing raises.
    """
    require(caller, Action.ISSUE)  # a correction may say anything of anybody, as an issue may
    require(caller, Action.REVOKE)  # and it ends what it replaces
    agency = issuing_agency(uscc=caller.agency_uscc)
    old = Certificate.objects.select_related("licence_type").filter(pk=certificate_id, agency=agency).first()
    if old is None:
        raise IssueError("issue.unknown", "the agency has issued no such certificate")
    if old.licence_type.code != request.type_code:
        raise IssueError("issue.other_type", "a correction keeps the licence's type")
    answer, is_new = reserve_certificate(
        agency=agency,
        scope=actor_of(caller),
        idempotency_key=idempotency_key,
        request=request,
        replaces=old,
        at=at,
    )
    if is_new:
        complete_intent(certificate_id=answer.id, at=at)
    return answer
