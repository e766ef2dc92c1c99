"""An officer, or an agency's system, asks how one of this node's status lists stood at a past moment, for a matter of its own."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from certificates.core.errors import StatusListError
from certificates.core.facts import shanghai_date
from certificates.services.sign_past_status_list import sign_past_status_list
from certificates.services.sign_status_list import SignedStatusList
from verification.core.errors import PolicyError
from verification.core.matters import check_matter
from verification.core.recorded_members import caller_members
from verification.core.request_policy import check_past
from verification.models import Lookup
from verification.queries.lookup_parties import caller_name
from verification.queries.own_agencies import agency_relies
from verification.queries.policies import agency_matter
from verification.services.record_history import record_history


def read_status_history(
    *, caller: Caller, status_list_id: int, as_of: datetime, matter_code: str, at: datetime
) -> SignedStatusList:
    """This will commit the request, answered or refused, and only then give the list as it stood.

    Raises NotPermitted (nothing is recorded then), PolicyError `agency.not_relying`, `matter.*`, `request.as_of_*`,
    StatusListError `status_list.unknown|time`, LogError `log.stalled`.
    """
    require(caller, Action.VERIFY)
    found: SignedStatusList | PolicyError | StatusListError
    try:
        _permit(caller, as_of=as_of, matter_code=matter_code, at=at)
        found = sign_past_status_list(status_list_id=status_list_id, as_of=as_of, at=at)
    except (PolicyError, StatusListError) as refused:
        found = refused
    name = caller_name(caller)
    with transaction.atomic():
        record_history(
            caller=name,
            side=Lookup.Side.HOME,
            members=caller_members(caller, name=name, region=settings.NODE.region),
            status_list_id=status_list_id,
            as_of=as_of,
            matter_code=matter_code,
            code="" if isinstance(found, SignedStatusList) else found.code,
            peer_region=None,
            at=at,
        )
    if isinstance(found, SignedStatusList):
        return found
    raise found


def _permit(caller: Caller, *, as_of: datetime, matter_code: str, at: datetime) -> None:
    uscc = caller.agency_uscc or ""
    if not agency_relies(uscc=uscc):
        raise PolicyError("agency.not_relying", "the agency is not among those that look licences up")
    owned = agency_matter(code=matter_code)
    if owned is not None and owned.agency_uscc != uscc:
        raise PolicyError("matter.other_agency", "the matter is another agency's")
    matter = check_matter(None if owned is None else owned.matter, on=shanghai_date(at))
    check_past(as_of, matter=matter, at=at, most_days=settings.NODE.as_of_days, on=shanghai_date(as_of))
