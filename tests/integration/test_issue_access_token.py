"""A system gets a token for one assertion, signed by its own key for this node, within five minutes, once."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.conf import settings
from joserfc.jwk import ECKey

from accounts.core.errors import RateLimited, TokenRefused
from accounts.models import AccessToken, Agency, ApiClient, ApiClientKey, UsedAssertion
from accounts.services.add_client_key import add_client_key
from accounts.services.forget_assertions import forget_assertions
from accounts.services.issue_access_token import GivenToken, TokenRequest, issue_access_token
from accounts.services.register_api_client import register_api_client
from accounts.services.token_caller import token_caller
from certificates.core.signing.es256 import GROUP_ORDER
from certificates.core.signing.public_jwk import public_jwk
from certificates.core.signing.registry import SM2
from tests.integration.accounts_steps import (
    AT,
    CLIENT_ID,
    KEY,
    OPERATOR,
    USCC,
    assertion,
    claims,
    operator_header,
    system,
    token_form,
)
from tests.integration.threads import at_once

pytestmark = pytest.mark.django_db

NOW = int(AT.timestamp())
KID = KEY.thumbprint()
HEADER = {"alg": "ES256", "typ": "JWT", "kid": KID}


@pytest.fixture(autouse=True)
def _registered_system() -> None:
    system()


def _give(signed: str | None = None, *, later: float = 0, **changes: str) -> GivenToken:
    return issue_access_token(request=TokenRequest(**token_form(signed, **changes)), at=AT + timedelta(seconds=later))


def _code(signed: str | None = None, *, later: float = 0, **changes: str) -> str:
    with pytest.raises(TokenRefused) as refused:
        _give(signed, later=later, **changes)
    assert not UsedAssertion.objects.exists()
    assert not AccessToken.objects.exists()
    return refused.value.code


def _registered_sm2() -> Any:
    """A second system, whose key is one of SM2; gives its private half."""
    private = SM2.generate()
    register_api_client(
        client_id="zj-guomi",
        agency_uscc=USCC,
        keys={**public_jwk(SM2.public_of(private)), "kid": "sm2-2026", "alg": "SM2SM3"},
        scopes=("verifications:write",),
        at=AT,
    )
    return private


def _sm2_claims() -> bytes:
    return json.dumps(claims(iss="zj-guomi", sub="zj-guomi")).encode()


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _der(data: bytes) -> bytes:
    key = KEY.private_key
    assert key is not None
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def _sign(data: bytes) -> bytes:
    return b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(_der(data)))


def _by_hand(header: Any, sign: Callable[[bytes], bytes] = _sign, *, payload: bytes | None = None) -> str:
    """A token as an attacker makes it, with no library in the way."""
    parts = (json.dumps(header).encode(), json.dumps(claims()).encode() if payload is None else payload)
    signed = ".".join(_b64(part) for part in parts)
    return f"{signed}.{_b64(sign(signed.encode()))}"


def test_gives_a_random_token_of_256_bits_for_ten_minutes_and_keeps_its_digest_alone() -> None:
    given, other = _give(), _give()
    assert (given.scopes, given.lifetime) == (("certificates:issue", "verifications:write"), timedelta(minutes=10))
    assert len(base64.urlsafe_b64decode(given.text + "=")) == 32
    assert given.text != other.text
    row = AccessToken.objects.get(digest=hashlib.sha256(given.text.encode()).digest())
    assert row.expires_at == AT + timedelta(minutes=10)
    assert given.text not in repr(list(AccessToken.objects.values())) + repr(given)


@pytest.mark.parametrize("audience", ["", "/oauth/token"])
def test_takes_the_issuer_or_the_token_endpoint_as_audience(audience: str) -> None:
    assert _give(assertion(claims(aud=settings.NODE.node_url + audience))).text


@pytest.mark.parametrize("typ", ["JWT", "client-authentication+jwt"])
def test_takes_the_types_of_the_standard(typ: str) -> None:
    assert _give(assertion(header={"typ": typ})).text
    assert _give(_by_hand({"alg": "ES256", "kid": KID})).text


def test_takes_a_signature_of_either_s_as_other_libraries_make_it() -> None:
    def low(data: bytes) -> bytes:
        signature = _sign(data)
        s = int.from_bytes(signature[32:], "big")
        return signature[:32] + min(s, GROUP_ORDER - s).to_bytes(32, "big")

    def high(data: bytes) -> bytes:
        signature = low(data)
        return signature[:32] + (GROUP_ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")

    assert _give(_by_hand(HEADER, low)).text
    assert _give(_by_hand(HEADER, high)).text


@pytest.mark.parametrize("grant", ["", "password", "authorization_code", "client_credentials ", "CLIENT_CREDENTIALS"])
def test_refuses_another_grant(grant: str) -> None:
    assert _code(grant_type=grant) == "oauth.grant_type"


@pytest.mark.parametrize("kind", ["", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer", "jwt-bearer"])
def test_refuses_another_kind_of_assertion(kind: str) -> None:
    assert _code(client_assertion_type=kind) == "oauth.assertion_type"


def test_refuses_a_wrong_signature() -> None:
    assert _code(assertion(key=ECKey.generate_key("P-256"), header={"kid": KID})) == "oauth.signature"
    head, payload, signature = assertion().split(".")
    flipped = ("A" if signature[9] != "A" else "B").join((signature[:9], signature[10:]))
    assert _code(f"{head}.{payload}.{flipped}") == "oauth.signature"
    assert _code(f"{head}.{payload}.") == "oauth.assertion"


def test_refuses_claims_changed_after_signing() -> None:
    head, _, signature = assertion().split(".")
    assert _code(f"{head}.{_b64(json.dumps(claims(exp=NOW + 120)).encode())}.{signature}") == "oauth.signature"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", "ES384", "RS256", "SM2", "es256"])
def test_refuses_another_algorithm_than_the_keys(algorithm: str) -> None:
    assert _code(_by_hand({**HEADER, "alg": algorithm})) == "oauth.signature"


def test_refuses_an_unsigned_assertion() -> None:
    for algorithm in ("none", "ES256"):
        assert _code(_by_hand({**HEADER, "alg": algorithm}, lambda _: b"")) == "oauth.assertion"
        assert _code(_by_hand({**HEADER, "alg": algorithm}, lambda _: bytes(64))) == "oauth.signature"


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "ES256"])
def test_refuses_a_mac_made_with_the_public_key(algorithm: str) -> None:
    secret = json.dumps(ApiClientKey.objects.get().public_jwk).encode()
    for key in (secret, KEY.as_pem(private=False)):
        signed = _by_hand({**HEADER, "alg": algorithm}, lambda data, key=key: hmac.digest(key, data, "sha256"))  # type: ignore[misc]
        assert _code(signed) == "oauth.signature"


@pytest.mark.parametrize("member", ["jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "note"])
def test_refuses_a_header_that_brings_more_than_it_must(member: str) -> None:
    mine = ECKey.generate_key("P-256")
    brought = {"jwk": mine.as_dict(private=False)}.get(member, ["b64"] if member == "crit" else "x")
    assert _code(_by_hand({**HEADER, member: brought})) == "oauth.assertion"


@pytest.mark.parametrize("kind", ["dc+sd-jwt", "huzheng-receipt+jwt", "kb+jwt", "jwt", "", 7])
def test_refuses_a_token_made_for_another_use(kind: Any) -> None:
    assert _code(_by_hand({**HEADER, "typ": kind})) == "oauth.assertion"


@pytest.mark.parametrize("text", ["", ".", "..", "a.b", "a.b.c.d", "e30.e30.e30", "x" * 5000, "é.é.é", "\x00", "[.[.["])
def test_refuses_what_is_no_assertion(text: str) -> None:
    assert _code(text) == "oauth.assertion"


@pytest.mark.parametrize(
    "payload",
    [b"[]", b'"text"', b"null", b"1", b"", b"{", b"\xff", b"\xef\xbb\xbf{}", b"[" * 2900, b'{"iss":' * 400, b"{}"],
)
def test_refuses_claims_that_are_no_object_of_one_reading(payload: bytes) -> None:
    assert _code(_by_hand(HEADER, payload=payload)) == "oauth.assertion"


def test_refuses_a_claim_given_twice() -> None:
    text = json.dumps(claims())
    twice = f'{text[:-1]}, "aud": "{settings.NODE.node_url}"}}'
    assert _code(_by_hand(HEADER, payload=twice.encode())) == "oauth.assertion"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "1.5", '"1"', "true", "-1", "1" * 2000])
def test_refuses_a_time_that_is_no_whole_second(number: str) -> None:
    text = json.dumps(claims()).replace(f'"exp": {NOW + 60}', f'"exp": {number}')
    assert number in text
    assert _code(_by_hand(HEADER, payload=text.encode())) in {"oauth.time", "oauth.assertion"}


def test_refuses_a_signature_in_der_and_one_with_swapped_halves() -> None:
    assert _code(_by_hand(HEADER, _der)) == "oauth.signature"
    assert _code(_by_hand(HEADER, lambda data: _sign(data)[32:] + _sign(data)[:32])) == "oauth.signature"


def test_refuses_base64_of_a_second_form() -> None:
    head, payload, signature = assertion().split(".")
    assert _code(f"{head}=.{payload}.{signature}") == "oauth.assertion"
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".index(signature[-1])
    other = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last ^ 1]
    assert _code(f"{head}.{payload}.{signature[:-1]}{other}") == "oauth.assertion"


@pytest.mark.parametrize("kid", ["other", "", "../keys", 7, None, [KID], "x" * 65, f"{KID} "], ids=range(8))
def test_refuses_an_unknown_key(kid: Any) -> None:
    assert _code(_by_hand({**HEADER, "kid": kid})) in {"oauth.client", "oauth.assertion"}


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
    assert _code(_by_hand(HEADER, payload=json.dumps(claims(**changes)).encode())) in {
        "oauth.client",
        "oauth.assertion",
    }


def test_refuses_a_client_id_beside_the_assertion_that_is_another() -> None:
    assert _code(client_id="zj-other") == "oauth.client"
    assert _give(client_id=CLIENT_ID).text


def test_refuses_an_inactive_client() -> None:
    ApiClient.objects.update(is_active=False)
    assert _code() == "oauth.client"


def test_refuses_a_client_of_an_inactive_agency() -> None:
    Agency.objects.update(is_active=False)
    assert _code() == "oauth.client"


@pytest.mark.parametrize(
    "audience",
    [
        None,
        "",
        "http://127.0.0.1:8051",
        "http://127.0.0.1:8051/oauth/token",
        f"{settings.NODE.node_url}/",
        f"{settings.NODE.node_url}/oauth/token/",
        f"{settings.NODE.node_url}/api/v1/verifications",
        [settings.NODE.node_url],
        [settings.NODE.node_url, "https://other.example"],
        7,
    ],
)
def test_refuses_an_assertion_for_somebody_else_and_one_for_several(audience: Any) -> None:
    assert _code(_by_hand(HEADER, payload=json.dumps(claims(aud=audience)).encode())) == "oauth.audience"


@pytest.mark.parametrize(
    ("changes", "later"),
    [
        ({}, 60),
        ({}, 3600),
        ({"exp": NOW + 301}, 0),
        ({"exp": NOW}, 0),
        ({"iat": NOW + 6, "exp": NOW + 60}, 0),
        ({"nbf": NOW + 6}, 0),
        ({"nbf": "0"}, 0),
        ({"iat": NOW - 600, "exp": NOW + 60}, 0),
        ({"iat": NOW + 5, "exp": NOW + 1}, 0),
        ({"iat": None}, 0),
        ({"exp": None}, 0),
        ({"iat": float(NOW)}, 0),
        ({"iat": True}, 0),
    ],
)
def test_refuses_an_assertion_expired_too_early_or_lasting_too_long(changes: dict[str, Any], later: float) -> None:
    given = {name: value for name, value in {**claims(), **changes}.items() if value is not None}
    assert _code(_by_hand(HEADER, payload=json.dumps(given).encode()), later=later) == "oauth.time"


@pytest.mark.parametrize(
    ("changes", "later"), [({}, 59.9), ({}, -5), ({"exp": NOW + 300}, 0), ({"nbf": NOW + 5}, 0), ({"nbf": NOW}, 0)]
)
def test_a_clock_five_seconds_behind_and_the_last_moment_are_good(changes: dict[str, Any], later: float) -> None:
    ApiClientKey.objects.update(from_at=AT - timedelta(days=1))
    assert _give(assertion(claims(**changes)), later=later).text


def test_refuses_to_count_replays_of_a_used_assertion_against_its_client() -> None:
    rate = settings.RATES_PER_MINUTE["token_client"]
    at = datetime(2026, 11, 20, 8, 31, tzinfo=UTC)
    found = TokenRequest(**token_form(assertion(claims(at))))
    issue_access_token(request=found, at=at)
    for _ in range(rate + 5):
        with pytest.raises(TokenRefused, match="used before"):
            issue_access_token(request=found, at=at)
    assert issue_access_token(request=TokenRequest(**token_form(assertion(claims(at)))), at=at).text


@pytest.mark.parametrize("jti", [None, "", "short", "x" * 65, "A" * 16 + "\n", 1234567890123456, "A" * 15 + "+"])
def test_refuses_an_id_that_cannot_be_remembered(jti: Any) -> None:
    assert _code(_by_hand(HEADER, payload=json.dumps(claims(jti=jti)).encode())) == "oauth.jti"


def test_refuses_a_replayed_assertion() -> None:
    signed = assertion()
    _give(signed)
    with pytest.raises(TokenRefused) as refused:
        _give(signed, later=1)
    assert refused.value.code == "oauth.replay"
    assert (UsedAssertion.objects.count(), AccessToken.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_one_assertion_sent_eight_times_at_once_one_is_taken() -> None:
    signed = assertion()

    def code(number: int) -> str:
        try:
            return "given" if _give(signed).text else ""
        except TokenRefused as refused:
            return refused.code

    assert sorted(at_once(8, code)) == ["given"] + ["oauth.replay"] * 7
    assert AccessToken.objects.count() == 1


def test_a_used_id_is_remembered_to_the_end_of_its_assertion_and_forgotten_when_swept_after() -> None:
    _give(assertion(claims(jti="A" * 16)))
    late = AT + timedelta(seconds=60)
    again = assertion(claims(jti="A" * 16, iat=NOW + 55, exp=NOW + 115))
    with pytest.raises(TokenRefused) as refused:
        _give(again, later=60)
    assert refused.value.code == "oauth.replay"
    assert forget_assertions(at=late) == 0
    assert forget_assertions(at=late + timedelta(seconds=1)) == 1
    assert _give(again, later=61).text


def test_tokens_that_ended_are_swept() -> None:
    _give()
    forget_assertions(at=AT + timedelta(minutes=10))
    assert AccessToken.objects.count() == 1
    forget_assertions(at=AT + timedelta(minutes=10, seconds=1))
    assert AccessToken.objects.count() == 0


@pytest.mark.parametrize("scope", ["verifications:write", "verifications:write verifications:write"])
def test_gives_less_than_registered_where_less_is_asked_for(scope: str) -> None:
    given = _give(scope=scope)
    assert given.scopes == ("verifications:write",)
    caller = token_caller(token=given.text, operator_header=operator_header(OPERATOR), at=AT)
    assert caller.scopes == {"verifications:write"}


@pytest.mark.parametrize(
    "scope", ["lookups:read", "verifications:write lookups:read", " ", "verifications:write ", "*", "x" * 4000, "\x00"]
)
def test_refuses_a_scope_that_the_client_does_not_have(scope: str) -> None:
    assert _code(scope=scope) == "oauth.scope"


def test_two_systems_may_use_the_same_id() -> None:
    other = ECKey.generate_key("P-256")
    register_api_client(
        client_id="zj-second",
        agency_uscc=USCC,
        keys=other.as_dict(private=False),
        scopes=("verifications:write",),
        at=AT,
    )
    _give(assertion(claims(jti="A" * 16)))
    assert _give(assertion(claims(jti="A" * 16, iss="zj-second", sub="zj-second"), key=other)).text


def test_refuses_the_key_of_another_client() -> None:
    other = ECKey.generate_key("P-256")
    register_api_client(
        client_id="zj-second",
        agency_uscc=USCC,
        keys=other.as_dict(private=False),
        scopes=("verifications:write",),
        at=AT,
    )
    assert _code(assertion(key=other)) == "oauth.client"
    assert _code(assertion(key=other, header={"kid": KID})) == "oauth.signature"


def test_gives_a_token_to_a_system_with_a_key_of_sm2() -> None:
    private = _registered_sm2()
    head = {"alg": "SM2SM3", "typ": "JWT", "kid": "sm2-2026"}
    given = _give(_by_hand(head, lambda data: SM2.sign(private, data), payload=_sm2_claims()))
    assert token_caller(token=given.text, operator_header=operator_header(OPERATOR), at=AT).principal_id == "zj-guomi"


def test_refuses_an_algorithm_that_is_not_the_keys_whoever_signed() -> None:
    """A key of SM2 takes no ES256 and a P-256 key no SM2, whatever the header says."""
    private = _registered_sm2()
    for alg, kid, sign, payload in (
        ("ES256", "sm2-2026", lambda data: SM2.sign(private, data), _sm2_claims()),
        ("ES256", "sm2-2026", _sign, _sm2_claims()),
        ("SM2SM3", "sm2-2026", _sign, _sm2_claims()),
        ("SM2", "sm2-2026", lambda data: SM2.sign(private, data), _sm2_claims()),
        ("SM2SM3", KID, lambda data: SM2.sign(private, data), None),
        ("SM2SM3", KID, _sign, None),
    ):
        assert _code(_by_hand({"alg": alg, "kid": kid}, sign, payload=payload)) == "oauth.signature"


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
