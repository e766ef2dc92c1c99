"""Name an officer as the caller of a command that an operator runs on the node itself."""

from accounts.core.caller import Caller
from accounts.core.errors import AuthenticationFailed
from accounts.models import User
from accounts.services.session_caller import session_caller


def officer_caller(*, username: str) -> Caller:
    """This will give the caller of an active officer's account; raises AuthenticationFailed `auth.officer` for any other name."""
    user = User.objects.select_related("agency").filter(username=username, is_active=True, agency__isnull=False).first()
    if user is None:
        raise AuthenticationFailed("auth.officer", "there is no active officer of this name")
    return session_caller(user)
