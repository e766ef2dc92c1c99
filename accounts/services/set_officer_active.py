"""An agency's administrator closes a colleague's account, or opens it again."""

from django.db import transaction

from accounts.core.caller import Caller
from accounts.core.errors import NotPermitted, RecordError
from accounts.core.permissions import Action, require
from accounts.models import User


def set_officer_active(*, caller: Caller, user_id: int, active: bool) -> None:
    """This will commit whether an account of the caller's own agency is open; a closed one's sessions end with their next request.

    Nobody closes the own account, so an agency keeps an administrator. Raises NotPermitted, RecordError `user.unknown|self`.
    """
    require(caller, Action.MANAGE_AGENCY)
    if caller.agency_uscc is None:
        raise NotPermitted
    if str(user_id) == caller.principal_id:
        raise RecordError("user.self", "an administrator does not close or open the own account")
    with transaction.atomic():
        # Both rows are locked, in one order: two administrators who close each other at once must not both succeed.
        rows = User.objects.select_for_update(of=("self",)).filter(
            pk__in=(user_id, int(caller.principal_id)), agency__uscc=caller.agency_uscc
        )
        found = {row.pk: row for row in rows.order_by("pk")}
        own = found.get(int(caller.principal_id))
        if own is None or not own.is_active:
            raise NotPermitted
        if user_id not in found:
            raise RecordError("user.unknown", "the agency has no such officer")
        row = found[user_id]
        row.is_active = active
        row.save(update_fields=["is_active"])
