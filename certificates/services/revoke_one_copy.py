"""Revoke one purpose copy 加注件 alone; the licence, its own codes and its other copies stay as they are."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.core.caller import Caller
from accounts.core.permissions import Action, may
from certificates.core.errors import CopyError
from certificates.core.facts import shanghai_date
from certificates.models import PurposeCopy
from certificates.queries.holdings import owner_acted_for
from certificates.services.drop_copy_file import drop_copy_file
from certificates.services.end_copy import end_copy


def revoke_one_copy(*, caller: Caller, copy_id: UUID, at: datetime) -> None:
    """This will commit revocation, status entry and signed list, then remove the file; raises CopyError `copy.unknown`."""
    found = PurposeCopy.objects.filter(public_id=copy_id).first()
    if found is None or not may_handle_copy(caller=caller, copy=found, at=at):
        raise CopyError("copy.unknown", "the caller had no such copy made")
    with transaction.atomic():
        end_copy(copy=found, at=at)
    drop_copy_file(copy_id=found.pk, code="copy.revoked")


def may_handle_copy(*, caller: Caller, copy: PurposeCopy, at: datetime) -> bool:
    """This will tell whether a copy is the caller's own: its agency made it, or a holder did and the licence is the caller's."""
    if copy.maker == PurposeCopy.Maker.AGENCY:
        return may(caller, Action.VERIFY) and copy.maker_agency == caller.agency_uscc
    if caller.holder_id is None or not may(caller, Action.SEE_OWN):
        return False
    on = shanghai_date(at)
    return owner_acted_for(certificate_id=copy.certificate_id, holder_id=caller.holder_id, on=on) is not None
