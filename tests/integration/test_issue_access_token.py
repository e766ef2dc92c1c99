"""A system gets a token for the scopes that it has, by a key of its own, while it and its agency are active."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from joserfc.jwk import ECKey

from accounts.core.errors import RateLimited, TokenRefused
from accounts.models import AccessToken, Agency, ApiClient, ApiClientKey
from accounts.services.add_client_key import add_client_key
from accounts.services.forget_assertions import forget_assertions
from accounts.services.issue_access_token import TokenRequest, issue_access_token
from accounts.services.token_caller import token_caller
from tests.integration.accounts_steps import (
    AT,
    CLIENT_ID,
    KEY,
    OPERATOR,
    assertion,
    claims,
    operator_header,
    token_form,
)
from tests.integration.assertion_steps import HEADER, KID, by_hand, give, refusal, registered_second

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registered_system")]


def test_gives_a_random_token_of_256_bits_for_ten_minutes_and_keeps_its_digest_alone() -> None:
    given, other = give(), give()
    assert (given.scopes, given.lifetime) == (("certificates:issue", "verifications:write"), timedelta(minutes=10))
    assert len(base64.urlsafe_b64decode(given.text + "=")) == 32
    assert given.text != other.text
    row = AccessToken.objects.get(digest=hashlib.sha256(given.text.encode()).digest())
    assert row.expires_at == AT + timedelta(minutes=10)
    assert given.text not in repr(list(AccessToken.objects.values())) + repr(given)


@pytest.mark.parametrize("grant", ["", "password", "authorization_code", "client_credentials ", "CLIENT_CREDENTIALS"])
def test_refuses_another_grant(grant: str) -> None:
    assert refusal(grant_type=grant) == "oauth.grant_type"


@pytest.mark.parametrize("kind", ["", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer", "jwt-bearer"])
def test_refuses_another_kind_of_assertion(kind: str) -> None:
    assert refusal(client_assertion_type=kind) == "oauth.assertion_type"


@pytest.mark.parametrize("kid", ["other", "", "../keys", 7, None, [KID], "x" * 65, f"{KID} "], ids=range(8))
def test_refuses_an_unknown_key(kid: Any) -> None:
    assert refusal(by_hand({**HEADER, "kid": kid})) in {"oauth.client", "oauth.assertion"}


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "zj-other"},
        {"sub": "zj-other"},
        {"sub": None},
        {"iss": None},
        {"iss": [CLIENT_ID], "sub": [CLIENT_ID]},
        {"iss": "zj-other", "sub": "zj-other"},
        {"iss": "ZJ-CONSTRUCTION", "sub": "ZJ-CONSTRUCTION"},
    ],
)
def test_refuses_another_client_than_the_keys_own(changes: dict[str, Any]) -> None:
    assert refusal(by_hand(HEADER, payload=json.dumps(claims(**changes)).encode())) in {
        "oauth.client",
        "oauth.assertion",
    }


def test_refuses_a_client_id_beside_the_assertion_that_is_another() -> None:
    assert refusal(client_id="zj-other") == "oauth.client"
    assert give(client_id=CLIENT_ID).text


def test_refuses_an_inactive_client() -> None:
    ApiClient.objects.update(is_active=False)
    assert refusal() == "oauth.client"


def test_refuses_a_client_of_an_inactive_agency() -> None:
    Agency.objects.update(is_active=False)
    assert refusal() == "oauth.client"


def test_tokens_that_ended_are_swept() -> None:
    give()
    forget_assertions(at=AT + timedelta(minutes=10))
    assert AccessToken.objects.count() == 1
    forget_assertions(at=AT + timedelta(minutes=10, seconds=1))
    assert AccessToken.objects.count() == 0


@pytest.mark.parametrize("scope", ["verifications:write", "verifications:write verifications:write"])
def test_gives_less_than_registered_where_less_is_asked_for(scope: str) -> None:
    given = give(scope=scope)
    assert given.scopes == ("verifications:write",)
    caller = token_caller(token=given.text, operator_header=operator_header(OPERATOR), at=AT)
    assert caller.scopes == {"verifications:write"}


@pytest.mark.parametrize(
    "scope", ["lookups:read", "verifications:write lookups:read", " ", "verifications:write ", "*", "x" * 4000, "\x00"]
)
def test_refuses_a_scope_that_the_client_does_not_have(scope: str) -> None:
    assert refusal(scope=scope) == "oauth.scope"


def test_refuses_the_key_of_another_client() -> None:
    other = registered_second()
    assert refusal(assertion(key=other)) == "oauth.client"
    assert refusal(assertion(key=other, header={"kid": KID})) == "oauth.signature"


def test_keys_change_without_a_pause_and_an_old_one_ends_when_it_was_to_end() -> None:
    """The old key works until its end, the new one from its beginning, both in between, and each token dies with its key."""
    new = ECKey.generate_key("P-256")
    begin, end = AT + timedelta(hours=1), AT + timedelta(hours=2)
    ApiClientKey.objects.update(to_at=end)
    add_client_key(client_id=CLIENT_ID, keys=new.as_dict(private=False), at=AT, from_at=begin)

    def told(key: ECKey, at: datetime) -> str:
        try:
            issue_access_token(request=TokenRequest(**token_form(assertion(claims(at), key=key))), at=at)
        except TokenRefused as refused:
            return refused.code
        return "given"

    second = timedelta(seconds=1)
    assert [told(KEY, at) for at in (AT, begin, end - second, end)] == ["given", "given", "given", "oauth.client"]
    assert [told(new, at) for at in (AT, begin - second, begin, end)] == ["oauth.client"] * 2 + ["given"] * 2


def test_refuses_more_tokens_in_a_minute_than_a_client_needs_and_nobody_else_can_use_them_up() -> None:
    settings_rate = settings.RATES_PER_MINUTE["token_client"]
    at = datetime(2026, 11, 20, 8, 31, tzinfo=UTC)
    stranger = ECKey.generate_key("P-256")
    for _ in range(settings_rate + 5):
        with pytest.raises(TokenRefused):
            issue_access_token(
                request=TokenRequest(**token_form(assertion(claims(at), key=stranger, header={"kid": KID}))), at=at
            )
    for _ in range(settings_rate):
        issue_access_token(request=TokenRequest(**token_form(assertion(claims(at)))), at=at)
    with pytest.raises(RateLimited) as refused:
        issue_access_token(request=TokenRequest(**token_form(assertion(claims(at)))), at=at)
    assert (refused.value.code, refused.value.retry_after) == ("rate.token_client", 60)
