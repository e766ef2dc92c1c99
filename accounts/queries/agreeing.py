"""Administrators as those who propose and agree."""

from accounts.core.four_eyes import Agreeing
from accounts.core.permissions import Role
from accounts.models import User


def agreeing(*, user_id: int) -> Agreeing:
    """This will read an account as it is now; one that is closed, unknown or no administrator's may not act."""
    row = User.objects.filter(pk=user_id).first()
    if row is None:
        return Agreeing(account=user_id, staff_number="", may_act=False)
    may_act = row.is_active and row.role == Role.NODE_ADMIN and not row.must_change_password
    return Agreeing(account=row.pk, staff_number=row.staff_number, may_act=may_act)
