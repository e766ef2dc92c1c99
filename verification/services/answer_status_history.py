"""Another region asks how one of our status lists stood at a past moment, for a matter."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from certificates.core.errors import StatusListError
from certificates.services.sign_past_status_list import sign_past_status_list
from certificates.services.sign_status_list import SignedStatusList
from verification.core.errors import PolicyError
from verification.core.lookup_members import Member
from verification.core.message_signature import MessageRequest
from verification.core.status_history import history_path
from verification.core.usage_list import past_refusal
from verification.models import Lookup
from verification.queries.policies import past_dates_allowed
from verification.services.record_history import record_history
from verification.services.release_credential import peer_name
from verification.services.verify_peer_message import verify_peer_message

_NOT_THERE: Final = frozenset({"status_list.unknown", "status_list.time"})


def answer_status_history(
    *, message: MessageRequest, status_list_id: int, as_of: datetime, matter_code: str, at: datetime
) -> SignedStatusList:
    """This will commit the request, answered or refused, and only then give the list as it stood.

    Whether the region may ask is the usage list's matter; whether the list reaches back so far is looked at afterwards.
    Raises MessageError `message.*`, TrustListError `trust_list.*` (journal only), PolicyError `usage.past_not_allowed`,
    `request.as_of_future|as_of_too_old`, StatusListError `status_list.unknown|time`, LogError `log.stalled`.
    """
    path = history_path(status_list_id=status_list_id, as_of=as_of, matter_code=matter_code)
    region = verify_peer_message(message=message, path=path, at=at).region.code
    code = past_refusal(
        as_of=as_of,
        is_allowed=past_dates_allowed(relying_region=region, matter_code=matter_code),
        at=at,
        most_days=settings.NODE.as_of_days,
    )
    found: SignedStatusList | None = None
    if not code:
        try:
            found = sign_past_status_list(status_list_id=status_list_id, as_of=as_of, at=at)
        except StatusListError as refused:
            if refused.code not in _NOT_THERE:
                raise
            code = refused.code
    with transaction.atomic():
        record_history(
            caller=peer_name(region),
            side=Lookup.Side.ISSUING,
            members={Member.REGION: region},
            status_list_id=status_list_id,
            as_of=as_of,
            matter_code=matter_code,
            code=code,
            peer_region=region,
            at=at,
        )
    if found is None:
        raise refusal_of(code)
    return found


def refusal_of(code: str) -> PolicyError | StatusListError:
    """This will give the error that tells a recorded refusal."""
    kind = StatusListError if code in _NOT_THERE else PolicyError
    return kind(code, "the list as it stood then is not given out")
