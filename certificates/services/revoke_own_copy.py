"""Holders revoke a purpose copy of their own licence."""

from datetime import datetime
from uuid import UUID

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from certificates.services.revoke_one_copy import revoke_one_copy


def revoke_own_copy(*, caller: Caller, copy_id: UUID, at: datetime) -> None:
    """This will revoke, for good, a copy that a holder had made, for whoever owns the licence or acts for its owner.

    Entry and newly signed status list commit before it returns, the file is removed; one that is revoked already stays as it
    is. Raises NotPermitted, CopyError `copy.unknown` alike for a copy of others and for none.
    """
    require(caller, Action.SEE_OWN)
    revoke_one_copy(caller=caller, copy_id=copy_id, at=at)
