"""An agency's system is believed only for exactly the call it signed, once, for a minute."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.conf import settings
from joserfc.jwk import ECKey

from accounts.core.errors import AuthenticationFailed
from accounts.core.permissions import Action, Role, may
from accounts.models import Agency, ApiClient, UsedAssertion
from accounts.services.authenticate_agency_system import SignedCall, authenticate_agency_system
from accounts.services.forget_assertions import forget_assertions
from accounts.services.register_api_client import register_api_client
from tests.integration.accounts_steps import AT, BODY, CLIENT_ID, KEY, USCC, assertion, call, claims, system

pytestmark = pytest.mark.django_db

NOW = int(AT.timestamp())


@pytest.fixture(autouse=True)
def _registered_system() -> None:
    system()


def _code(signed: str, *, of: SignedCall | None = None, later: float = 0) -> str:
    with pytest.raises(AuthenticationFailed) as refused:
        authenticate_agency_system(assertion=signed, call=of or call(), at=AT + timedelta(seconds=later))
    assert not UsedAssertion.objects.exists()
    return refused.value.code


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _der(data: bytes) -> bytes:
    key = KEY.private_key
    assert key is not None
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def _sign(data: bytes) -> bytes:
    return b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(_der(data)))


def _by_hand(header: dict[str, Any], sign: Callable[[bytes], bytes], *, payload: bytes | None = None) -> str:
    """A token as an attacker makes it, with no library in the way."""
    parts = (json.dumps(header).encode(), json.dumps(claims()).encode() if payload is None else payload)
    signed = ".".join(_b64(part) for part in parts)
    return f"{signed}.{_b64(sign(signed.encode()))}"


def test_the_caller_is_the_system_for_its_agency_with_its_operator_and_scopes() -> None:
    caller = authenticate_agency_system(assertion=assertion(), call=call(), at=AT)
    assert (caller.kind, caller.principal_id, caller.agency_uscc) == (Role.AGENCY_SYSTEM, CLIENT_ID, USCC)
    assert caller.operator is not None
    assert (caller.operator.name, caller.operator.post, caller.operator.unit) == ("0017", "窗口受理", "行政审批处")
    assert caller.holder_id is None
    assert may(caller, Action.ISSUE)
    assert may(caller, Action.VERIFY)
    assert not may(caller, Action.REVOKE)
    assert not may(caller, Action.READ_METADATA)


def test_refuses_a_wrong_signature() -> None:
    assert _code(assertion(key=ECKey.generate_key("P-256"))) == "auth.assertion"
    head, payload, signature = assertion().split(".")
    flipped = ("A" if signature[9] != "A" else "B").join((signature[:9], signature[10:]))
    assert _code(f"{head}.{payload}.{flipped}") == "auth.assertion"
    assert _code(f"{head}.{payload}.") == "auth.assertion"


def test_refuses_claims_changed_after_signing() -> None:
    head, _, signature = assertion().split(".")
    other = _b64(json.dumps(claims(operator={"name": "0099", "post": "x", "unit": "y"})).encode())
    assert _code(f"{head}.{other}.{signature}") == "auth.assertion"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_refuses_an_unsigned_assertion(algorithm: str) -> None:
    header = {"alg": algorithm, "typ": "huzheng-client+jwt", "kid": CLIENT_ID}
    assert _code(_by_hand(header, lambda _: b"")) == "auth.assertion"


@pytest.mark.parametrize("algorithm", ["HS256", "HS384"])
def test_refuses_a_mac_made_with_the_public_key(algorithm: str) -> None:
    secret = json.dumps(ApiClient.objects.get().public_jwk).encode()
    pem = KEY.as_pem(private=False)
    header = {"alg": algorithm, "typ": "huzheng-client+jwt", "kid": CLIENT_ID}
    for key in (secret, pem):
        assert (
            _code(_by_hand(header, lambda data, key=key: hmac.new(key, data, hashlib.sha256).digest()))  # type: ignore[misc]
            == "auth.assertion"
        )


def test_refuses_a_key_that_travels_with_the_message() -> None:
    mine = ECKey.generate_key("P-256")
    signed = assertion(key=mine, header={"jwk": mine.as_dict(private=False)})
    assert _code(signed) == "auth.assertion"
    assert _code(assertion(header={"x5u": "https://example.org/k.pem"})) == "auth.assertion"
    assert _code(assertion(header={"b64": True, "crit": ["b64"]})) == "auth.assertion"


@pytest.mark.parametrize("kind", ["JWT", "dc+sd-jwt", "huzheng-receipt+jwt", "kb+jwt", ""])
def test_refuses_a_token_made_for_another_use(kind: str) -> None:
    assert _code(assertion(header={"typ": kind})) == "auth.assertion"


@pytest.mark.parametrize("text", ["", ".", "..", "a.b", "a.b.c.d", "e30.e30.e30", "x" * 5000, "é.é.é", "\x00"])
def test_refuses_what_is_no_assertion(text: str) -> None:
    assert _code(text) == "auth.assertion"


def test_refuses_claims_that_are_no_object() -> None:
    head = {"alg": "ES256", "typ": "huzheng-client+jwt", "kid": CLIENT_ID}
    for payload in (b"[]", b'"text"', b"null", b"1", b"", b"{", b"\xff"):
        assert _code(_by_hand(head, _sign, payload=payload)) == "auth.assertion"
    authenticate_agency_system(assertion=_by_hand(head, _sign), call=call(), at=AT)


def test_refuses_a_signature_in_der_and_one_with_swapped_halves() -> None:
    head = {"alg": "ES256", "typ": "huzheng-client+jwt", "kid": CLIENT_ID}
    assert _code(_by_hand(head, _der)) == "auth.assertion"
    assert _code(_by_hand(head, lambda data: _sign(data)[32:] + _sign(data)[:32])) == "auth.assertion"
    assert _code(_by_hand(head, lambda _: bytes(64))) == "auth.assertion"


@pytest.mark.parametrize(
    "kid", ["zj-other", "ZJ-CONSTRUCTION", "zj-construction ", "", "../keys", 7, None, ["zj-construction"]]
)
def test_refuses_an_unknown_client(kid: Any) -> None:
    header = {"alg": "ES256", "typ": "huzheng-client+jwt", "kid": kid}
    assert _code(_by_hand(header, lambda _: b"0" * 64)) in {"auth.client", "auth.assertion"}


def test_refuses_an_inactive_client() -> None:
    ApiClient.objects.update(is_active=False)
    assert _code(assertion()) == "auth.client"


def test_refuses_a_client_of_an_inactive_agency() -> None:
    Agency.objects.update(is_active=False)
    assert _code(assertion()) == "auth.client"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "http://127.0.0.1:8051"},
        {"aud": None},
        {"aud": [settings.NODE.node_url]},
        {"iss": "zj-other"},
        {"iss": None},
        {"htm": "GET"},
        {"htm": "post"},
        {"htu": settings.NODE.node_url + "/api/v1/verifications"},
        {"htu": "/api/v1/certificates"},
        {"body_sha256": _b64(hashlib.sha256(b"").digest())},
        {"body_sha256": None},
        {"body_sha256": hashlib.sha256(BODY).hexdigest()},
    ],
    ids=lambda changes: "-".join(f"{name}" for name in changes),
)
def test_refuses_an_assertion_bound_to_something_else(changes: dict[str, Any]) -> None:
    assert _code(assertion(claims(**changes))) == "auth.binding"


def test_refuses_the_assertion_of_another_call() -> None:
    signed = assertion()
    assert _code(signed, of=call(method="PUT")) == "auth.binding"
    assert _code(signed, of=call(url=settings.NODE.node_url + "/api/v1/certificates/")) == "auth.binding"
    assert _code(signed, of=call(url=settings.NODE.node_url + "/api/v1/certificates?all=1")) == "auth.binding"
    assert _code(signed, of=call(body=BODY + b" ")) == "auth.binding"
    assert _code(signed, of=call(body=b"")) == "auth.binding"


@pytest.mark.parametrize(
    ("changes", "later"),
    [
        ({}, 60),
        ({}, 3600),
        ({"exp": NOW + 61}, 0),
        ({"exp": NOW}, 0),
        ({"iat": NOW + 6, "exp": NOW + 60}, 0),
        ({"iat": NOW - 600, "exp": NOW + 60}, 0),
        ({"iat": NOW + 5, "exp": NOW + 1}, 0),
        ({"iat": None}, 0),
        ({"exp": None}, 0),
        ({"iat": float(NOW)}, 0),
        ({"exp": str(NOW + 60)}, 0),
        ({"iat": True, "exp": NOW + 60}, 0),
    ],
)
def test_refuses_an_assertion_expired_too_early_or_lasting_too_long(changes: dict[str, Any], later: float) -> None:
    # a library may refuse a claim of the wrong type before we do
    assert _code(assertion(claims(**changes)), later=later) in {"auth.time", "auth.assertion"}


@pytest.mark.parametrize("later", [0, 59.9, -5])
def test_a_clock_five_seconds_behind_and_the_last_moment_are_good(later: float) -> None:
    authenticate_agency_system(assertion=assertion(), call=call(), at=AT + timedelta(seconds=later))


@pytest.mark.parametrize(
    "operator",
    [
        None,
        "0017",
        {},
        {"name": "0017", "post": "窗口"},
        {"name": "", "post": "窗口", "unit": "一处"},
        {"name": "0017", "post": "窗口", "unit": "一处", "phone": "1"},
        {"name": 17, "post": "窗口", "unit": "一处"},
        {"name": "x" * 61, "post": "窗口", "unit": "一处"},
        {"name": " ", "post": "窗口", "unit": "一处"},
        {"name": "0017", "post": "窗口\n", "unit": "一处"},
        {"name": "0017\u202e", "post": "窗口", "unit": "一处"},
    ],
)
def test_refuses_a_call_without_a_named_operator(operator: Any) -> None:
    assert _code(assertion(claims(operator=operator))) == "auth.operator"


def test_refuses_a_replayed_assertion() -> None:
    signed = assertion()
    authenticate_agency_system(assertion=signed, call=call(), at=AT)
    with pytest.raises(AuthenticationFailed) as refused:
        authenticate_agency_system(assertion=signed, call=call(), at=AT + timedelta(seconds=1))
    assert refused.value.code == "auth.replay"
    assert UsedAssertion.objects.count() == 1


def test_a_used_id_is_remembered_to_the_end_of_its_assertion_and_forgotten_when_swept_after() -> None:
    jti = "A" * 16
    authenticate_agency_system(assertion=assertion(claims(jti=jti)), call=call(), at=AT)
    late = AT + timedelta(seconds=60)
    again = claims(jti=jti, iat=NOW + 55, exp=NOW + 115)
    with pytest.raises(AuthenticationFailed) as refused:
        authenticate_agency_system(assertion=assertion(again), call=call(), at=late)
    assert refused.value.code == "auth.replay"
    assert forget_assertions(at=late) == 0
    assert forget_assertions(at=late + timedelta(seconds=1)) == 1
    authenticate_agency_system(assertion=assertion(again), call=call(), at=late + timedelta(seconds=1))
    assert UsedAssertion.objects.count() == 1


def test_a_key_registered_anew_is_the_only_one_believed_from_the_very_next_call() -> None:
    authenticate_agency_system(assertion=assertion(), call=call(), at=AT)
    other = ECKey.generate_key("P-256")
    ApiClient.objects.update(public_jwk=other.as_dict(private=False))
    with pytest.raises(AuthenticationFailed) as refused:
        authenticate_agency_system(assertion=assertion(claims(jti="B" * 16)), call=call(), at=AT)
    assert refused.value.code == "auth.assertion"
    authenticate_agency_system(assertion=assertion(claims(jti="C" * 16), key=other), call=call(), at=AT)


@pytest.mark.parametrize("jti", [None, "", "short", "x" * 65, "A" * 16 + "\n", 1234567890123456, "A" * 15 + "+"])
def test_refuses_an_id_that_cannot_be_remembered(jti: Any) -> None:
    assert _code(assertion(claims(jti=jti))) == "auth.assertion"


def test_two_systems_may_use_the_same_id() -> None:
    other = ECKey.generate_key("P-256")
    register_api_client(
        client_id="zj-second", agency_uscc=USCC, public_jwk=other.as_dict(private=False), scopes=("verify",), at=AT
    )
    jti = "B" * 20
    authenticate_agency_system(assertion=assertion(claims(jti=jti)), call=call(), at=AT)
    second = assertion(claims(jti=jti, iss="zj-second"), key=other, header={"kid": "zj-second"})
    assert authenticate_agency_system(assertion=second, call=call(), at=AT).principal_id == "zj-second"


def test_refuses_a_system_that_speaks_in_anothers_name() -> None:
    other = ECKey.generate_key("P-256")
    register_api_client(
        client_id="zj-second", agency_uscc=USCC, public_jwk=other.as_dict(private=False), scopes=("verify",), at=AT
    )
    assert _code(assertion(claims(), key=other, header={"kid": "zj-second"})) == "auth.binding"
    assert _code(assertion(claims(iss="zj-second"), key=other)) == "auth.assertion"
