"""Opening a holder's account, or opening it again after a lost password: by a one-time password handed over in person."""

import secrets
from uuid import UUID

from accounts.core.errors import RecordError
from accounts.core.permissions import Role
from accounts.models import User
from accounts.services.create_user import create_user

ONE_TIME_BYTES = 16


def admit_holder(*, holder_id: UUID, username: str) -> str:
    """This will commit a one-time password of 128 bits for the holder's account and give it; only its hash is kept.

    An account that exists keeps its name, which `username` must be; its password and sessions end, which tells its owner. The
    account opens nothing before its owner has chosen another password. Raises RecordError `user.exists|holder|invalid|inactive`.
    """
    password = secrets.token_urlsafe(ONE_TIME_BYTES)
    user = User.objects.filter(holder=holder_id).first()
    if user is None:
        create_user(
            username=username, password=password, role=Role.HOLDER, holder_id=holder_id, must_change_password=True
        )
        return password
    if user.get_username() != username:
        raise RecordError("user.exists", "the holder has an account of another name")
    if not user.is_active:
        raise RecordError("user.inactive", "the holder's account is closed")
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    return password
