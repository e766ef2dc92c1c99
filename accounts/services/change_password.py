"""Choosing one's own password."""

from accounts.core.errors import RecordError
from accounts.models import User
from accounts.services.require_good_password import require_good_password


def change_password(*, user: User, new_password: str) -> None:
    """This will commit a new password for a user who has just given the present one; other sessions of the account end.

    Raises RecordError `user.password` where the node's rules refuse it, `user.password_same` where it is the present one.
    """
    require_good_password(password=new_password, user=user)
    if user.check_password(new_password):
        raise RecordError("user.password_same", "the new password is the present one")
    user.set_password(new_password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
