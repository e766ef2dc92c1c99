"""What an assertion says: made for this node alone, for a few minutes, in one reading, and nothing more than it must."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from joserfc.jwk import ECKey

from accounts.models import ApiClientKey
from tests.integration.accounts_steps import AT, assertion, claims
from tests.integration.assertion_steps import HEADER, KID, NOW, by_hand, give, refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registered_system")]


@pytest.mark.parametrize("audience", ["", "/oauth/token"])
def test_takes_the_issuer_or_the_token_endpoint_as_audience(audience: str) -> None:
    assert give(assertion(claims(aud=settings.NODE.node_url + audience))).text


@pytest.mark.parametrize("typ", ["JWT", "client-authentication+jwt"])
def test_takes_the_types_of_the_standard(typ: str) -> None:
    assert give(assertion(header={"typ": typ})).text
    assert give(by_hand({"alg": "ES256", "kid": KID})).text


@pytest.mark.parametrize("member", ["jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "note"])
def test_refuses_a_header_that_brings_more_than_it_must(member: str) -> None:
    mine = ECKey.generate_key("P-256")
    brought = {"jwk": mine.as_dict(private=False)}.get(member, ["b64"] if member == "crit" else "x")
    assert refusal(by_hand({**HEADER, member: brought})) == "oauth.assertion"


@pytest.mark.parametrize("kind", ["dc+sd-jwt", "huzheng-receipt+jwt", "kb+jwt", "jwt", "", 7])
def test_refuses_a_token_made_for_another_use(kind: Any) -> None:
    assert refusal(by_hand({**HEADER, "typ": kind})) == "oauth.assertion"


@pytest.mark.parametrize("text", ["", ".", "..", "a.b", "a.b.c.d", "e30.e30.e30", "x" * 5000, "é.é.é", "\x00", "[.[.["])
def test_refuses_what_is_no_assertion(text: str) -> None:
    assert refusal(text) == "oauth.assertion"


@pytest.mark.parametrize(
    "payload",
    [b"[]", b'"text"', b"null", b"1", b"", b"{", b"\xff", b"\xef\xbb\xbf{}", b"[" * 2900, b'{"iss":' * 400, b"{}"],
)
def test_refuses_claims_that_are_no_object_of_one_reading(payload: bytes) -> None:
    assert refusal(by_hand(HEADER, payload=payload)) == "oauth.assertion"


def test_refuses_a_claim_given_twice() -> None:
    text = json.dumps(claims())
    twice = f'{text[:-1]}, "aud": "{settings.NODE.node_url}"}}'
    assert refusal(by_hand(HEADER, payload=twice.encode())) == "oauth.assertion"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "1.5", '"1"', "true", "-1", "1" * 2000])
def test_refuses_a_time_that_is_no_whole_second(number: str) -> None:
    text = json.dumps(claims()).replace(f'"exp": {NOW + 60}', f'"exp": {number}')
    assert number in text
    assert refusal(by_hand(HEADER, payload=text.encode())) in {"oauth.time", "oauth.assertion"}


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
    assert refusal(by_hand(HEADER, payload=json.dumps(claims(aud=audience)).encode())) == "oauth.audience"


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
    assert refusal(by_hand(HEADER, payload=json.dumps(given).encode()), later=later) == "oauth.time"


@pytest.mark.parametrize(
    ("changes", "later"), [({}, 59.9), ({}, -5), ({"exp": NOW + 300}, 0), ({"nbf": NOW + 5}, 0), ({"nbf": NOW}, 0)]
)
def test_a_clock_five_seconds_behind_and_the_last_moment_are_good(changes: dict[str, Any], later: float) -> None:
    ApiClientKey.objects.update(from_at=AT - timedelta(days=1))
    assert give(assertion(claims(**changes)), later=later).text
