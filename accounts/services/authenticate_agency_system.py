"""Authenticate a call of an agency's system by the assertion it signed for exactly this call.

The assertion is a JWT of type `huzheng-client+jwt`, ES256 under the system's registered key, `kid` its client id, with `iss` (client id), `aud`
(this node's URL), `iat`, `exp` (at most 60 s later), `jti`, `htm` and `htu` (method and URL), `body_sha256` (base64url) and `operator`
{name, post, unit}.
"""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, GuestProtocol

from accounts.core.caller import Caller, Operator
from accounts.core.errors import AuthenticationFailed
from accounts.core.permissions import Role
from accounts.models import ApiClient, UsedAssertion

ASSERTION_TYPE = "huzheng-client+jwt"
LONGEST_LIFE_SECONDS = 60
CLOCK_TOLERANCE_SECONDS = 5
MAX_OPERATOR_CHARACTERS = 60
MAX_ASSERTION_CHARACTERS = 4096  # four short names and two digests need under 1,000
_CLIENT_ID = re.compile(r"[a-z0-9-]{3,64}")
_JTI = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCall:
    """What an assertion must be bound to."""

    method: str
    url: str
    body: bytes


def authenticate_agency_system(*, assertion: str, call: SignedCall, at: datetime) -> Caller:
    """This will give the caller behind a valid assertion, and commit that the assertion is used.

    Raises AuthenticationFailed with `auth.assertion`, `auth.client`, `auth.time`, `auth.binding`, `auth.operator` or `auth.replay`.
    """
    client, claims = _verified(assertion)
    expires_at = _check_time(claims, at)
    _check_binding(claims, client.client_id, call)
    operator = _operator(claims)
    _use_once(client, claims, expires_at, at)
    return Caller(
        kind=Role.AGENCY_SYSTEM,
        principal_id=client.client_id,
        agency_uscc=client.agency.uscc,
        agency_name=client.agency.name_zh,
        operator=operator,
        scopes=frozenset(str(scope) for scope in client.scopes),
    )


def _verified(assertion: str) -> tuple[ApiClient, Mapping[str, Any]]:
    """This will find the client by the `kid` header (its id) and check the signature under the client's registered key."""
    if len(assertion) > MAX_ASSERTION_CHARACTERS:
        raise AuthenticationFailed("auth.assertion", "the assertion is too long")
    found: list[ApiClient] = []

    def registered_key(token: GuestProtocol) -> ECKey:
        client_id = token.headers().get("kid")
        known = isinstance(client_id, str) and _CLIENT_ID.fullmatch(client_id)
        active = ApiClient.objects.select_related("agency").filter(is_active=True, agency__is_active=True)
        client = active.filter(client_id=client_id).first() if known else None
        if client is None:
            raise AuthenticationFailed("auth.client", "no such active system")
        found.append(client)
        return ECKey.import_key(client.public_jwk)

    try:
        token = jwt.decode(assertion, registered_key, algorithms=["ES256"])
    except (JoseError, ValueError, TypeError) as refused:
        raise AuthenticationFailed("auth.assertion", "the assertion's form or signature is not valid") from refused
    if token.header.get("typ") != ASSERTION_TYPE or set(token.header) != {"alg", "typ", "kid"}:
        raise AuthenticationFailed("auth.assertion", "the assertion is of another type")
    return found[0], token.claims


def _check_time(claims: Mapping[str, Any], at: datetime) -> datetime:
    iat, exp, now = claims.get("iat"), claims.get("exp"), int(at.timestamp())
    if not (type(iat) is int and type(exp) is int):
        raise AuthenticationFailed("auth.time", "iat and exp must be whole seconds")
    if not (iat - CLOCK_TOLERANCE_SECONDS <= now < exp and 0 < exp - iat <= LONGEST_LIFE_SECONDS):
        raise AuthenticationFailed("auth.time", "the assertion is not valid at this time")
    return datetime.fromtimestamp(exp, tz=UTC)


def _check_binding(claims: Mapping[str, Any], client_id: str, call: SignedCall) -> None:
    digest = urlsafe_b64encode(hashlib.sha256(call.body).digest()).rstrip(b"=").decode("ascii")
    expected = {
        "iss": client_id,
        "aud": settings.NODE.node_url,
        "htm": call.method,
        "htu": call.url,
        "body_sha256": digest,
    }
    if any(claims.get(name) != value for name, value in expected.items()):
        raise AuthenticationFailed("auth.binding", "the assertion is for another node, client, address or body")


def _operator(claims: Mapping[str, Any]) -> Operator:
    given = claims.get("operator")
    names = ("name", "post", "unit")
    if not isinstance(given, dict) or set(given) != set(names):
        raise AuthenticationFailed("auth.operator", "every call names its operator: name, post and unit")
    values = [given[name] for name in names]
    if not all(isinstance(value, str) and _is_name(value) for value in values):
        raise AuthenticationFailed("auth.operator", "every call names its operator: name, post and unit")
    return Operator(name=values[0], post=values[1], unit=values[2])


def _is_name(value: str) -> bool:
    # Blanks and control characters name nobody, and the holder reads these words in the list of looks.
    return bool(value.strip()) and value.isprintable() and len(value) <= MAX_OPERATOR_CHARACTERS


def _use_once(client: ApiClient, claims: Mapping[str, Any], expires_at: datetime, at: datetime) -> None:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not _JTI.fullmatch(jti):
        raise AuthenticationFailed("auth.assertion", "jti must be 16 to 64 base64url characters")
    try:
        with transaction.atomic():
            UsedAssertion.objects.filter(client=client, expires_at__lt=at).delete()
            UsedAssertion.objects.create(client=client, jti=jti, expires_at=expires_at)
    except IntegrityError as taken:
        raise AuthenticationFailed("auth.replay", "the assertion was used before") from taken
