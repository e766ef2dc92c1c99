"""Issue one licence: intent first, then bytes, signature and record."""

from datetime import datetime

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from certificates.core.actor import actor_of
from certificates.core.issue_request import IssueAnswer, IssueRequest
from certificates.services.complete_intent import complete_intent
from certificates.services.issuing_agency import issuing_agency
from certificates.services.reserve_certificate import reserve_certificate

__all__ = ["IssueAnswer", "IssueRequest", "issue_certificate"]


def issue_certificate(*, caller: Caller, request: IssueRequest, idempotency_key: str, at: datetime) -> IssueAnswer:
    """This will commit the intent, the bytes to sign, and the signed licence with its log event, one after the other.

    The answer is decided by the first commit; equal requests under one Idempotency-Key, also at once, get equal answers
    and one licence. What a crash leaves open, `finish_intents` finishes. Raises NotPermitted, IssueError, LicenceTypeError.
    """
    require(caller, Action.ISSUE)
    answer, is_new = reserve_certificate(
        agency=issuing_agency(uscc=caller.agency_uscc),
        scope=actor_of(caller),
        idempotency_key=idempotency_key,
        request=request,
        replaces=None,
        at=at,
    )
    if is_new:
        complete_intent(certificate_id=answer.id, at=at)
    return answer
