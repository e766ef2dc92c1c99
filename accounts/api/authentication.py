"""How the API learns who is calling: an agency system by its signed assertion, a person by the session."""

from django.conf import settings
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from accounts.core.caller import Caller
from accounts.services.authenticate_agency_system import SignedCall, authenticate_agency_system
from accounts.services.session_caller import session_caller


class AuthenticatedSystem:
    """The `request.user` of an agency system's call."""

    is_authenticated = True
    is_active = True

    def __init__(self, client_id: str) -> None:
        self.pk = client_id

    def __str__(self) -> str:
        return self.pk


class AgencySystemAuthentication(BaseAuthentication):
    """`Authorization: Bearer <assertion>`, signed by the system's own key for exactly this call."""

    def authenticate(self, request: Request) -> tuple[AuthenticatedSystem, Caller] | None:
        """This will give the caller behind the assertion, or None where there is no such header; raises AuthenticationFailed `auth.*`."""
        scheme, _, assertion = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme != "Bearer":
            return None
        # The node's own address, not the Host header: what a proxy or a client puts there decides nothing.
        url = settings.NODE.node_url + request.get_full_path()
        call = SignedCall(method=str(request.method), url=url, body=request.body)
        caller = authenticate_agency_system(assertion=assertion, call=call, at=timezone.now())
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
