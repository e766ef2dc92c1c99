"""Looks of which a copy 加注件 may be made: the caller's own, of a licence of this node, found valid not long ago."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from verification.models import Lookup, LookupDetail, LookupSubject

LOOK_SERVES_FOR: Final = timedelta(
    hours=24
)  # one working day at the counter; after that the licence is looked at again


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyableLook:
    """This will hold a look with its still sealed details; `too_old`: it was more than a day ago."""

    lookup_id: UUID
    certificate_id: UUID
    detail: LookupDetail
    too_old: bool


def copyable_look(*, lookup_id: UUID, caller: str, at: datetime) -> CopyableLook | None:
    """This will give the look if `caller` ("<role>:<principal>") made it, at home, and was told VALID; else None."""
    looks = Lookup.objects.filter(pk=lookup_id, caller=caller, side=Lookup.Side.HOME, outcome="valid")
    look = looks.select_related("detail").first()
    certificate_ids = set(LookupSubject.objects.filter(lookup=lookup_id).values_list("certificate_id", flat=True))
    if look is None or len(certificate_ids) != 1:
        return None
    return CopyableLook(
        lookup_id=lookup_id,
        certificate_id=certificate_ids.pop(),
        detail=look.detail,
        too_old=at - look.at > LOOK_SERVES_FOR,
    )
