"""Whose look-up it is: who asked, the holder it was about, and whoever acts for a firm that it was about."""

from datetime import datetime
from uuid import UUID

from django.utils.timezone import localdate

from accounts.core.caller import Caller
from certificates.queries.holdings import acting_for
from verification.models import LookupSubject


def caller_name(caller: Caller) -> str:
    """This will name who asks as look-ups store it: "<role>:<principal>"."""
    return f"{caller.kind.value}:{caller.principal_id}"


def holders_of(*, caller: Caller, at: datetime) -> tuple[UUID, ...]:
    """This will give the holders whose lists the caller may read: their own, and firms they act for on that day."""
    if caller.holder_id is None:
        return ()
    return acting_for(holder_id=caller.holder_id, on=localdate(at))


def is_party(*, caller: Caller, lookup_id: UUID, asked_by: str, at: datetime) -> bool:
    """This will tell whether the caller asked for the look-up or may read the list of a holder it was about."""
    if asked_by == caller_name(caller):
        return True
    holders = holders_of(caller=caller, at=at)
    return bool(holders) and LookupSubject.objects.filter(lookup_id=lookup_id, holder_id__in=holders).exists()
