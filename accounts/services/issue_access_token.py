"""Giving an agency's system a short-lived token for the assertion it signed: OAuth 2.0 client credentials with `private_key_jwt`.

RFC 6749 section 4.4, RFC 7523 sections 2.2 and 3. The registered key decides the algorithm, never the assertion.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.adapters.client_signature import client_suites
from accounts.adapters.compiled_insert import CompiledInsert
from accounts.adapters.write_turn import write_turn
from accounts.core.client_assertion import ASSERTION_TYPE, Assertion, AssertionUse, check_claims, read_assertion
from accounts.core.client_keys import spki_of
from accounts.core.errors import TokenRefused
from accounts.models import AccessToken, ApiClientKey, UsedAssertion
from accounts.queries.compiled_read import CompiledRead
from accounts.services.count_call import Rate, count_call

LIFETIME: Final = timedelta(minutes=10)
TOKEN_BYTES: Final = 32
_KEY = CompiledRead(
    lambda given: ApiClientKey.objects.filter(
        Q(to_at__isnull=True) | Q(to_at__gt=given("at")),
        client__client_id=given("client_id"),
        kid=given("kid"),
        from_at__lte=given("at"),
        client__is_active=True,
        client__agency__is_active=True,
    ).values_list("pk", "client_id", "suite", "public_jwk", "client__scopes")
)
_USED = CompiledInsert(UsedAssertion)
_IS_USED = CompiledRead(
    lambda given: UsedAssertion.objects.filter(client_id=given("client_pk"), jti=given("jti")).values_list("pk")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """This will hold the members of a request for a token; `scope` is space-separated, empty for all that is granted."""

    grant_type: str
    client_assertion_type: str
    client_assertion: str = field(repr=False)
    client_id: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenToken:
    """This will hold a new token, which is kept nowhere, and what it is good for."""

    text: str = field(repr=False)
    scopes: tuple[str, ...]
    lifetime: timedelta


class _Key(NamedTuple):
    """A key in force of an active system of an active agency, as registered now."""

    pk: int
    client_pk: int
    suite: str
    public_jwk: Mapping[str, str]
    scopes: Sequence[str]


def issue_access_token(*, request: TokenRequest, at: datetime) -> GivenToken:
    """This will commit that the assertion is used, and the digest of a new token, and give the token.

    Raises TokenRefused `oauth.grant_type|assertion_type|assertion|client|key|signature|audience|time|jti|replay|scope`, or
    RateLimited `rate.token_client`.
    """
    if request.grant_type != "client_credentials":
        raise TokenRefused("oauth.grant_type", "the only grant here is client_credentials")
    if request.client_assertion_type != ASSERTION_TYPE:
        raise TokenRefused("oauth.assertion_type", "clients sign in with a private_key_jwt assertion only")
    assertion = read_assertion(request.client_assertion)
    if request.client_id not in {"", assertion.client_id}:  # RFC 7521 section 4.2
        raise TokenRefused("oauth.client", "client_id names another client than the assertion")
    key = _verified(assertion, at)
    node_url = settings.NODE.node_url
    use = check_claims(assertion.claims, audiences=(node_url, f"{node_url}/oauth/token"), at=at)
    if _IS_USED.first(client_pk=key.client_pk, jti=use.jti) is not None:
        raise _replayed()  # uncounted: who finds an old assertion could use up its client's calls
    # Only now: whoever cannot sign as a client cannot use up its calls either.
    count_call(rate=Rate.TOKEN_CLIENT, who=assertion.client_id, at=at)
    scopes = _granted(request.scope, key.scopes)
    return GivenToken(text=_store(key, use, scopes, at), scopes=scopes, lifetime=LIFETIME)


def _verified(assertion: Assertion, at: datetime) -> _Key:
    row = _KEY.first(client_id=assertion.client_id, kid=assertion.kid, at=at)
    if row is None:
        raise TokenRefused("oauth.client", "no active client has such a key in force")
    key = _Key(*row)
    suite = client_suites()[key.suite]
    is_signed = assertion.alg == suite.jose_alg and suite.is_signed(
        spki=spki_of(key.public_jwk), signature=assertion.signature, data=assertion.signing_input
    )
    if not is_signed:
        raise TokenRefused(
            "oauth.signature", "the assertion is not signed by the client's key with the key's algorithm"
        )
    return key


def _granted(asked: str, registered: Sequence[str]) -> tuple[str, ...]:
    wanted = asked.split(" ") if asked else list(registered)
    if not set(wanted) <= set(registered):
        raise TokenRefused("oauth.scope", "a scope that the client does not have")
    return tuple(sorted(set(wanted)))


def _store(key: _Key, use: AssertionUse, scopes: Sequence[str], at: datetime) -> str:
    text = secrets.token_urlsafe(TOKEN_BYTES)
    try:
        with write_turn(), transaction.atomic():
            _USED.insert(client_id=key.client_pk, jti=use.jti, expires_at=use.expires_at)
            AccessToken.objects.create(
                digest=hashlib.sha256(text.encode("ascii")).digest(),
                key_id=key.pk,
                scopes=list(scopes),
                expires_at=at + LIFETIME,
            )
    except IntegrityError as taken:
        raise _replayed() from taken  # the insert decides; the look before it only spares the count
    return text


def _replayed() -> TokenRefused:
    return TokenRefused("oauth.replay", "the assertion was used before")
