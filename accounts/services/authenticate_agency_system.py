"""Authenticate a call of an agency's system by the assertion it signed for exactly this call.

The assertion is a JWT of type `huzheng-client+jwt`, ES256 under the system's registered key, `kid` its client id, with `iss` (client id), `aud`
(this node's URL), `iat`, `exp` (at most 60 s later), `jti`, `htm` and `htu` (method and URL), `body_sha256` (base64url) and `operator`
{name, post, unit}.
"""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, GuestProtocol

from accounts.adapters.compiled_insert import CompiledInsert
from accounts.adapters.write_turn import write_turn
from accounts.core.caller import Caller, Operator
from accounts.core.errors import AuthenticationFailed
from accounts.core.permissions import Role
from accounts.models import ApiClient, UsedAssertion
from accounts.queries.compiled_read import CompiledRead

ASSERTION_TYPE = "huzheng-client+jwt"
LONGEST_LIFE_SECONDS = 60
CLOCK_TOLERANCE_SECONDS = 5
MAX_OPERATOR_CHARACTERS = 60
MAX_ASSERTION_CHARACTERS = 4096  # four short names and two digests need under 1,000
_SYSTEM = CompiledRead(
    lambda given: ApiClient.objects.filter(
        client_id=given("client_id"), is_active=True, agency__is_active=True
    ).values_list("pk", "client_id", "public_jwk", "scopes", "agency__uscc", "agency__name_zh")
)
_USED = CompiledInsert(UsedAssertion)
_CLIENT_ID = re.compile(r"[a-z0-9-]{3,64}")
_JTI = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCall:
    """What an assertion must be bound to."""

    method: str
    url: str
    body: bytes


class _System(NamedTuple):
    """An active system of an active agency, as registered now."""

    pk: int
    client_id: str
    public_jwk: Mapping[str, str]
    scopes: Sequence[str]
    agency_uscc: str
    agency_name: str


def authenticate_agency_system(*, assertion: str, call: SignedCall, at: datetime) -> Caller:
    """This will give the caller behind a valid assertion, and commit that the assertion is used.

    Raises AuthenticationFailed with `auth.assertion`, `auth.client`, `auth.time`, `auth.binding`, `auth.operator` or `auth.replay`.
    """
    system, claims = _verified(assertion)
    expires_at = _check_time(claims, at)
    _check_binding(claims, system.client_id, call)
    operator = _operator(claims)
    _use_once(system, claims, expires_at)
    return Caller(
        kind=Role.AGENCY_SYSTEM,
        principal_id=system.client_id,
        agency_uscc=system.agency_uscc,
        agency_name=system.agency_name,
        operator=operator,
        scopes=frozenset(str(scope) for scope in system.scopes),
    )


def _verified(assertion: str) -> tuple[_System, Mapping[str, Any]]:
    """This will find the system by the `kid` header (its id) and check the signature under the system's registered key."""
    if len(assertion) > MAX_ASSERTION_CHARACTERS:
        raise AuthenticationFailed("auth.assertion", "the assertion is too long")
    found: list[_System] = []

    def registered_key(token: GuestProtocol) -> ECKey:
        client_id = token.headers().get("kid")
        known = isinstance(client_id, str) and _CLIENT_ID.fullmatch(client_id)
        row = _SYSTEM.first(client_id=client_id) if known else None
        if row is None:
            raise AuthenticationFailed("auth.client", "no such active system")
        found.append(_System(*row))
        return _public_key(tuple(found[0].public_jwk.items()))

    try:
        token = jwt.decode(assertion, registered_key, algorithms=["ES256"])
    except (JoseError, ValueError, TypeError) as refused:
        raise AuthenticationFailed("auth.assertion", "the assertion's form or signature is not valid") from refused
    if token.header.get("typ") != ASSERTION_TYPE or set(token.header) != {"alg", "typ", "kid"}:
        raise AuthenticationFailed("auth.assertion", "the assertion is of another type")
    return found[0], token.claims


@lru_cache(maxsize=256)  # by the registered members themselves: another key is another entry
def _public_key(members: tuple[tuple[str, str], ...]) -> ECKey:
    return ECKey.import_key(dict(members))


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


def _use_once(system: _System, claims: Mapping[str, Any], expires_at: datetime) -> None:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not _JTI.fullmatch(jti):
        raise AuthenticationFailed("auth.assertion", "jti must be 16 to 64 base64url characters")
    try:
        with write_turn(), transaction.atomic():
            _USED.insert(client_id=system.pk, jti=jti, expires_at=expires_at)
    except IntegrityError as taken:
        raise AuthenticationFailed("auth.replay", "the assertion was used before") from taken
