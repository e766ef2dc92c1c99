"""Turn a signed-in user into the caller that services are asked by."""

from accounts.core.caller import Caller, Operator
from accounts.core.errors import AuthenticationFailed
from accounts.core.permissions import Role
from accounts.models import User


def session_caller(user: User) -> Caller:
    """This will build the caller of a signed-in user.

    Raises AuthenticationFailed `auth.inactive` for a closed account, `auth.password_first` where the owner has yet to choose
    the own password, `auth.agency_inactive` for an officer of an inactive agency.
    """
    if not user.is_active:
        raise AuthenticationFailed("auth.inactive", "the account is closed")
    if user.must_change_password:
        raise AuthenticationFailed("auth.password_first", "choose a password of your own first")
    role = Role(user.role)
    agency = user.agency
    if agency is not None and not agency.is_active:
        raise AuthenticationFailed("auth.agency_inactive", "the agency is not active")
    operator = None
    if agency is not None:
        operator = Operator(name=user.staff_number or user.get_username(), post=user.post, unit=user.unit)
    return Caller(
        kind=role,
        principal_id=str(user.pk),
        agency_uscc=agency.uscc if agency else None,
        agency_name=agency.name_zh if agency else None,
        holder_id=user.holder_id,
        operator=operator,
    )
