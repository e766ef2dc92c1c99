"""What a token must be good for, asked at every address before anything of the call is read."""

from typing import TYPE_CHECKING

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from accounts.core.caller import Caller
from accounts.core.errors import NotPermitted
from accounts.core.permissions import Role, Scope, scope_missing

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which itself asks the settings for this class

NO_SCOPE: tuple[Scope, ...] = ()  # any system of an agency may call: nothing is looked at or changed


class HasScopes(IsAuthenticated):
    """Lets people pass on to the services, which know their roles, and systems only where the view's `scopes` are all theirs.

    A view without `scopes` is for people alone.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """This will say whether somebody is signed in; raises NotPermitted `permission.denied` or `scope.missing` for a system."""
        if not super().has_permission(request, view):
            return False
        caller = request.auth
        if isinstance(caller, Caller) and caller.kind is Role.AGENCY_SYSTEM:
            needed = scopes_of(view)
            if needed is None:
                raise NotPermitted
            if not {scope.value for scope in needed} <= caller.scopes:
                raise scope_missing()
        return True


def scopes_of(view: object) -> tuple[Scope, ...] | None:
    """This will give the scopes that a view asks of a system, None where it is for people alone."""
    found: tuple[Scope, ...] | None = getattr(view, "scopes", None)
    return found
