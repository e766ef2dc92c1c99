"""`POST /oauth/token` (RFC 6749 section 4.4) and the server's description of itself (RFC 8414)."""

from collections.abc import Mapping, Sequence
from typing import IO, Any, ClassVar

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_GET
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.core.client_assertion import ASSERTION_TYPE
from accounts.core.errors import TokenRefused
from accounts.core.permissions import Scope
from accounts.services.issue_access_token import TokenRequest, issue_access_token
from accounts.services.token_algorithms import token_algorithms

TOKEN_PATH = "/oauth/token"  # noqa: S105  # an address
MAX_FORM_BYTES = 16 * 1024  # an assertion of 4,096 characters, every one of them escaped, and the rest
_REQUIRED = ("grant_type", "client_assertion_type", "client_assertion")
_KNOWN = frozenset({*_REQUIRED, "client_id", "scope"})


class TokenBody(serializers.Serializer[Any]):
    """A request for a token: a form, each member at most once."""

    grant_type = serializers.ChoiceField(choices=["client_credentials"])
    client_assertion_type = serializers.ChoiceField(choices=[ASSERTION_TYPE])
    client_assertion = serializers.CharField(help_text="a JWT signed by the system's own key (RFC 7523)")
    client_id = serializers.CharField(required=False)
    scope = serializers.CharField(required=False, help_text="space-separated; without it, all that the system has")


class GivenTokenBody(serializers.Serializer[Any]):
    """A token (RFC 6749 section 5.1)."""

    access_token = serializers.CharField()
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField()
    scope = serializers.CharField()


class StrictFormParser(BaseParser):
    """A form in escaped UTF-8, whatever its header says of its charset."""

    media_type = "application/x-www-form-urlencoded"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> QueryDict:
        """This will give the members; raises ParseError for a form that is too long or not ASCII, as escaped forms are."""
        data = stream.read(MAX_FORM_BYTES + 1)
        if len(data) > MAX_FORM_BYTES:
            raise ParseError
        try:
            return QueryDict(data.decode("ascii"))
        except (UnicodeDecodeError, SuspiciousOperation) as unreadable:
            raise ParseError from unreadable


class Token(APIView):
    """`/oauth/token`."""

    authentication_classes: ClassVar[Sequence[type[BaseAuthentication]]] = ()  # type: ignore[misc]  # stubs want an instance attribute
    permission_classes = [AllowAny]
    throttle_classes: ClassVar[Sequence[type[BaseThrottle]]] = ()  # type: ignore[misc]  # counted by the service, once the client is known
    parser_classes = [StrictFormParser]

    @extend_schema(
        request={"application/x-www-form-urlencoded": TokenBody},
        responses=GivenTokenBody,
    )
    def post(self, request: Request) -> Response:
        """Give a system a short-lived token for the assertion it signed with its own key."""
        given = issue_access_token(request=_token_request(request), at=timezone.now())
        body = {
            "access_token": given.text,
            "token_type": "Bearer",
            "expires_in": int(given.lifetime.total_seconds()),
            "scope": " ".join(given.scopes),
        }
        return Response(body, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


def _token_request(request: Request) -> TokenRequest:
    try:
        form = request.data
    except (ParseError, UnsupportedMediaType) as unreadable:
        raise TokenRefused("oauth.form", "the request is a form, application/x-www-form-urlencoded") from unreadable
    if not isinstance(form, QueryDict):  # nothing was sent
        raise TokenRefused("oauth.form", "the request is a form, application/x-www-form-urlencoded")
    if request.META.get("HTTP_AUTHORIZATION") or request.META.get("QUERY_STRING"):
        raise TokenRefused("oauth.form", "a client signs in by its assertion alone, in the body alone")
    # RFC 6749 section 3.2: no parameter twice; unknown ones are ignored, but a secret of any kind is never one of them.
    if any(len(values) != 1 for _, values in form.lists()) or "client_secret" in form:
        raise TokenRefused("oauth.form", "each parameter stands once, and none is a secret")
    if not all(form.get(name) for name in _REQUIRED):
        raise TokenRefused("oauth.form", "grant_type, client_assertion_type and client_assertion are needed")
    return TokenRequest(**{name: str(form[name]) for name in _KNOWN & form.keys()})


@require_GET
def server_metadata(request: HttpRequest) -> JsonResponse:
    """`GET /.well-known/oauth-authorization-server`: where and how a system gets its tokens (RFC 8414 section 3)."""
    node_url = settings.NODE.node_url
    return JsonResponse(
        {
            "issuer": node_url,
            "token_endpoint": node_url + TOKEN_PATH,
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(token_algorithms()),
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "scopes_supported": [scope.value for scope in Scope],
            "service_documentation": f"{node_url}/api/docs",
        }
    )
