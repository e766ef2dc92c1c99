"""The API's description for machines (OpenAPI 3): who may call, with what, and how refusals look."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView

from accounts.api.authentication import AccessTokenAuthentication, SessionCallerAuthentication
from accounts.api.permissions import scopes_of
from accounts.api.token import TOKEN_PATH
from accounts.core.operator_header import HEADER, MAX_HEADER_CHARACTERS
from accounts.core.permissions import Scope

if TYPE_CHECKING:
    from drf_spectacular.openapi import AutoSchema

TOKEN_SCHEME = "systemToken"  # noqa: S105  # a name
_PROVINCE_SCHEME = "provinceSignature"
_PROVINCE_PATH = "/recognition/v1/lookups"
_SCOPE_WORDS: Mapping[Scope, str] = MappingProxyType(
    {
        Scope.CERTIFICATES_ISSUE: "Issue licences; with certificates:manage also correct them.",
        Scope.CERTIFICATES_MANAGE: "Revoke, suspend and reinstate the own agency's licences.",
        Scope.CERTIFICATES_READ: "Read the metadata of the own agency's licences.",
        Scope.VERIFICATIONS_WRITE: "Verify what is shown; every look is recorded.",
        Scope.LOOKUPS_READ: "Fetch the receipts of own looks.",
    }
)
_PROVINCE_SIGNATURE = {
    "type": "apiKey",
    "in": "header",
    "name": "Signature",
    "description": "HTTP Message Signature (RFC 9421) by a key of the calling province in the national trust list, over @method, @target-uri and "
    "content-digest, with created, nonce, keyid and tag in Signature-Input; good for 60 seconds, once. Answers are signed in the same way.",
}
_OPERATOR = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "Who acts: needed in every call with a token, unused in a session. A dictionary of structured fields (RFC 9651) of name (or staff "
    "number), post and unit, each of 1 to 60 characters.",
    "schema": {"type": "string", "maxLength": MAX_HEADER_CHARACTERS},
    "example": 'name=%"%e5%82%85%e4%b8%80%e9%b8%a3", post="counter 3", unit="hall"',
}
_PROBLEM = {
    "type": "object",
    "description": "A refusal (RFC 9457); `code` is stable, and nothing of the input is repeated.",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
    },
    "required": ["type", "title", "status", "code"],
}


class SystemTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the base registers its subclasses untyped
    """An agency's system with an access token; each address names the scopes it needs."""

    target_class = AccessTokenAuthentication
    name = TOKEN_SCHEME

    def get_security_requirement(self, auto_schema: "AutoSchema") -> list[dict[str, list[str]]]:
        """This will name the scopes of an address, or nothing where systems may not call."""
        needed = scopes_of(auto_schema.view)
        return [] if needed is None else [{TOKEN_SCHEME: [scope.value for scope in needed]}]

    def get_security_definition(self, auto_schema: "AutoSchema") -> dict[str, Any]:
        """This will say where tokens come from."""
        return {
            "type": "oauth2",
            "description": "Client credentials with private_key_jwt (RFC 7523); see /.well-known/oauth-authorization-server.",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": TOKEN_PATH,
                    "scopes": {scope.value: words for scope, words in _SCOPE_WORDS.items()},
                }
            },
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # as above
    """A person who signed in on the pages."""

    target_class = SessionCallerAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: "AutoSchema") -> dict[str, Any]:
        """This will name the cookie."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "The session of a signed-in person; calls that change something carry X-CSRFToken besides.",
        }


def describe_callers(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """This will be called by the schema generator with the finished description, and put in what no single view can say."""
    components = result.setdefault("components", {})
    components.setdefault("securitySchemes", {})[_PROVINCE_SCHEME] = _PROVINCE_SIGNATURE
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    for path, operation in _operations(result):
        if path.startswith(_PROVINCE_PATH):
            operation["security"] = [{_PROVINCE_SCHEME: []}]
        if path.startswith("/api/v1/"):
            operation["responses"] |= _refusals()
        if any(TOKEN_SCHEME in one for one in operation.get("security", ())):
            operation.setdefault("parameters", []).append(_OPERATOR)
    return result


def _operations(result: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in result["paths"].items():
        for operation in methods.values():
            yield path, operation


def _refusals() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    wait = {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}}
    return {
        "429": {"description": "Too many calls in this minute.", "headers": wait, "content": content},
        "default": {"description": "A refusal.", "content": content},
    }


api_schema = SpectacularAPIView.as_view()
