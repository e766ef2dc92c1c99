"""How the API learns who is calling: an agency's system by its access token, a person by the session."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from accounts.core.caller import Caller
from accounts.core.operator_header import HEADER
from accounts.services.session_caller import session_caller
from accounts.services.token_caller import token_caller


class AuthenticatedSystem:
    """The `request.user` of an agency system's call."""

    is_authenticated = True
    is_active = True

    def __init__(self, client_id: str) -> None:
        self.pk = client_id

    def __str__(self) -> str:
        return self.pk


class AccessTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>` (RFC 6750 section 2.1) with the `Operator` header; a token anywhere else is not looked for."""

    def authenticate(self, request: Request) -> tuple[AuthenticatedSystem, Caller] | None:
        """This will give the caller behind the token, or None where there is none; raises AuthenticationFailed or OperatorError."""
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        caller = token_caller(token=token, operator_header=request.headers.get(HEADER), at=timezone.now())
        return AuthenticatedSystem(caller.principal_id), caller

    def authenticate_header(self, request: Request) -> str:
        """This will name the scheme for the 401 answer."""
        return "Bearer"


class SessionCallerAuthentication(SessionAuthentication):
    """The session of a signed-in user, with Django's CSRF check."""

    def authenticate(self, request: Request) -> tuple[object, Caller] | None:
        """This will give the caller of the session, or None where nobody is signed in."""
        found = super().authenticate(request)
        return (found[0], session_caller(found[0])) if found else None


def caller_of(request: Request) -> Caller:
    """This will give the caller that authentication put beside the request."""
    caller = request.auth
    assert isinstance(caller, Caller)
    return caller
