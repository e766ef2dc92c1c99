"""The issuing agency ends a purpose copy of a licence of its own, whoever had it made."""

from datetime import datetime
from uuid import UUID

from accounts.core.caller import Caller
from certificates.core.copy_revocation import require_copy_reason
from certificates.core.errors import CopyError
from certificates.models import PurposeCopy
from certificates.services.end_copy import end_copy
from certificates.services.own_certificate import own_certificate


def end_issued_copy(*, caller: Caller, certificate_id: UUID, number: str, reason_code: str, at: datetime) -> int | None:
    """This will end the copy that bears this number, in the caller's transaction, and give its row; None if it was revoked already.

    The agency names it by the number that stands on it: whom else a holder gave copies is nobody's business. Raises NotPermitted,
    IssueError `issue.unknown`, CopyError `copy.reason|not_of_licence`.
    """
    certificate = own_certificate(caller=caller, certificate_id=certificate_id)
    require_copy_reason(reason_code)
    copy = PurposeCopy.objects.filter(certificate=certificate, number=number).first()
    if copy is None:
        raise CopyError("copy.not_of_licence", "no copy of this licence bears this number")
    return copy.pk if end_copy(copy=copy, at=at) else None
