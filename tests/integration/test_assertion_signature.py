"""An assertion is signed by its system's own key, in that key's algorithm and in one form alone."""

import hmac
import json

import pytest
from joserfc.jwk import ECKey

from accounts.models import ApiClientKey
from accounts.services.token_caller import token_caller
from certificates.core.signing.es256 import GROUP_ORDER
from certificates.core.signing.registry import SM2
from tests.integration.accounts_steps import AT, KEY, OPERATOR, assertion, claims, operator_header
from tests.integration.assertion_steps import (
    HEADER,
    KID,
    NOW,
    base64url,
    by_hand,
    der_signature,
    give,
    raw_signature,
    refusal,
    registered_sm2,
    sm2_claims,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registered_system")]


def test_takes_a_signature_of_either_s_as_other_libraries_make_it() -> None:
    def low(data: bytes) -> bytes:
        signature = raw_signature(data)
        s = int.from_bytes(signature[32:], "big")
        return signature[:32] + min(s, GROUP_ORDER - s).to_bytes(32, "big")

    def high(data: bytes) -> bytes:
        signature = low(data)
        return signature[:32] + (GROUP_ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")

    assert give(by_hand(HEADER, low)).text
    assert give(by_hand(HEADER, high)).text


def test_refuses_a_wrong_signature() -> None:
    assert refusal(assertion(key=ECKey.generate_key("P-256"), header={"kid": KID})) == "oauth.signature"
    head, payload, signature = assertion().split(".")
    flipped = ("A" if signature[9] != "A" else "B").join((signature[:9], signature[10:]))
    assert refusal(f"{head}.{payload}.{flipped}") == "oauth.signature"
    assert refusal(f"{head}.{payload}.") == "oauth.assertion"


def test_refuses_claims_changed_after_signing() -> None:
    head, _, signature = assertion().split(".")
    assert refusal(f"{head}.{base64url(json.dumps(claims(exp=NOW + 120)).encode())}.{signature}") == "oauth.signature"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", "ES384", "RS256", "SM2", "es256"])
def test_refuses_another_algorithm_than_the_keys(algorithm: str) -> None:
    assert refusal(by_hand({**HEADER, "alg": algorithm})) == "oauth.signature"


def test_refuses_an_unsigned_assertion() -> None:
    for algorithm in ("none", "ES256"):
        assert refusal(by_hand({**HEADER, "alg": algorithm}, lambda _: b"")) == "oauth.assertion"
        assert refusal(by_hand({**HEADER, "alg": algorithm}, lambda _: bytes(64))) == "oauth.signature"


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "ES256"])
def test_refuses_a_mac_made_with_the_public_key(algorithm: str) -> None:
    secret = json.dumps(ApiClientKey.objects.get().public_jwk).encode()
    for key in (secret, KEY.as_pem(private=False)):
        signed = by_hand({**HEADER, "alg": algorithm}, lambda data, key=key: hmac.digest(key, data, "sha256"))  # type: ignore[misc]
        assert refusal(signed) == "oauth.signature"


def test_refuses_a_signature_in_der_and_one_with_swapped_halves() -> None:
    assert refusal(by_hand(HEADER, der_signature)) == "oauth.signature"
    assert (
        refusal(by_hand(HEADER, lambda data: raw_signature(data)[32:] + raw_signature(data)[:32])) == "oauth.signature"
    )


def test_refuses_base64_of_a_second_form() -> None:
    head, payload, signature = assertion().split(".")
    assert refusal(f"{head}=.{payload}.{signature}") == "oauth.assertion"
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".index(signature[-1])
    other = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last ^ 1]
    assert refusal(f"{head}.{payload}.{signature[:-1]}{other}") == "oauth.assertion"


def test_gives_a_token_to_a_system_with_a_key_of_sm2() -> None:
    private = registered_sm2()
    head = {"alg": "SM2SM3", "typ": "JWT", "kid": "sm2-2026"}
    given = give(by_hand(head, lambda data: SM2.sign(private, data), payload=sm2_claims()))
    assert token_caller(token=given.text, operator_header=operator_header(OPERATOR), at=AT).principal_id == "zj-guomi"


def test_refuses_an_algorithm_that_is_not_the_keys_whoever_signed() -> None:
    """A key of SM2 takes no ES256 and a P-256 key no SM2, whatever the header says."""
    private = registered_sm2()
    for alg, kid, sign, payload in (
        ("ES256", "sm2-2026", lambda data: SM2.sign(private, data), sm2_claims()),
        ("ES256", "sm2-2026", raw_signature, sm2_claims()),
        ("SM2SM3", "sm2-2026", raw_signature, sm2_claims()),
        ("SM2", "sm2-2026", lambda data: SM2.sign(private, data), sm2_claims()),
        ("SM2SM3", KID, lambda data: SM2.sign(private, data), None),
        ("SM2SM3", KID, raw_signature, None),
    ):
        assert refusal(by_hand({"alg": alg, "kid": kid}, sign, payload=payload)) == "oauth.signature"
