"""Agencies revoke a purpose copy that they had made."""

from datetime import datetime
from uuid import UUID

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from certificates.services.revoke_one_copy import revoke_one_copy


def revoke_agency_copy(*, caller: Caller, copy_id: UUID, at: datetime) -> None:
    """This will revoke, for good, a copy that the caller's agency had made.

    Entry and newly signed status list commit before it returns, the file is removed; one that is revoked already stays as it
    is. Raises NotPermitted, CopyError `copy.unknown` alike for a copy of others and for none.
    """
    require(caller, Action.VERIFY)
    revoke_one_copy(caller=caller, copy_id=copy_id, at=at)
