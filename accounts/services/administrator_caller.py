"""Name an administrator of the node as the caller of a command that looks at something."""

from dataclasses import replace

from accounts.core.caller import Caller, Operator
from accounts.core.errors import AuthenticationFailed
from accounts.core.permissions import Role
from accounts.models import User
from accounts.services.session_caller import session_caller


def administrator_caller(*, username: str) -> Caller:
    """This will give the caller of an active node administrator's account, with the staff number as the operator's name.

    Raises AuthenticationFailed `auth.administrator` for any other name, `auth.password_first` for one who never signed in.
    """
    user = User.objects.filter(username=username, is_active=True, role=Role.NODE_ADMIN).first()
    if user is None:
        raise AuthenticationFailed("auth.administrator", "there is no active administrator of the node of this name")
    operator = Operator(name=user.staff_number or user.get_username(), post=user.post, unit=user.unit)
    return replace(session_caller(user), operator=operator)
