"""Compact JWS: everything that could bring its own key, algorithm or second reading is refused."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from asn1crypto.pem import armor

from certificates.core.canonical import b64url
from certificates.core.errors import CredentialError
from certificates.core.signing.der_signature import der_of
from certificates.core.signing.jws import sign_jws, verify_jws
from certificates.core.signing.registry import SUITES
from certificates.core.signing.suite import TrustedKey
from tests.unit.certificates.credential_parts import signer, trusted_key
from tests.unit.suite_in_use import suite_in_use

TYP = "test+jwt"
PAYLOAD = b'{"a":1}'


pytestmark = pytest.mark.usefixtures("every_suite")


def keys() -> dict[str, TrustedKey]:
    return {key.kid: key for key in (trusted_key(), trusted_key(2))}


def token(head: dict[str, Any] | bytes, payload: bytes = PAYLOAD) -> str:
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    signing_input = f"{b64url(text)}.{b64url(payload)}"
    return f"{signing_input}.{b64url(signer().sign(signing_input.encode()))}"


def head(**changes: Any) -> dict[str, Any]:
    return {"alg": suite_in_use().jose_alg, "typ": TYP, "kid": trusted_key().kid} | changes


def refused(text: str) -> str:
    with pytest.raises(CredentialError) as caught:
        verify_jws(text, typ=TYP, keys=keys(), max_bytes=10_000)
    return caught.value.code


def test_gives_header_and_exact_payload_back() -> None:
    text = sign_jws(header_extra={}, typ=TYP, payload=PAYLOAD, signer=signer())
    assert verify_jws(text, typ=TYP, keys=keys(), max_bytes=10_000) == (head(), PAYLOAD)


def test_takes_extra_header_members_only_where_the_caller_expects_them() -> None:
    text = sign_jws(header_extra={"epoch": 1, "alg": "none"}, typ=TYP, payload=PAYLOAD, signer=signer())
    assert refused(text) == "jws.header"
    header, _ = verify_jws(text, typ=TYP, keys=keys(), max_bytes=10_000, extra_members=frozenset({"epoch"}))
    assert header["epoch"] == 1
    assert header["alg"] == suite_in_use().jose_alg


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "", "HS256", "ES384", "es256", "RS256", "SM2", "sm2sm3"])
def test_refuses_an_algorithm_that_is_not_the_keys(alg: str) -> None:
    assert refused(token(head(alg=alg))) == "key.algorithm"


def test_refuses_the_algorithm_of_another_suite() -> None:
    own = suite_in_use().jose_alg
    for other in {one.jose_alg for one in SUITES.values()} - {own}:
        assert refused(token(head(alg=other))) == "key.algorithm"


@pytest.mark.parametrize("alg", [["ES256"], None, 7, {}])
def test_refuses_an_algorithm_that_is_no_text(alg: object) -> None:
    assert refused(token(head(alg=alg))) == "jws.header"


def test_refuses_an_hmac_made_with_the_public_key() -> None:
    der = suite_in_use().spki_of(trusted_key().public_key)
    for form in (armor("PUBLIC KEY", der), der, der[-65:]):
        for alg in ("HS256", suite_in_use().jose_alg):
            signing_input = f"{b64url(json.dumps(head(alg=alg)).encode())}.{b64url(PAYLOAD)}"
            mac = hmac.digest(form, signing_input.encode(), hashlib.sha256)
            assert refused(f"{signing_input}.{b64url(mac)}") in {"key.algorithm", "signature.invalid"}


@pytest.mark.parametrize(
    "kid",
    [
        "../../dev/null",
        "' OR 1=1 --",
        "AAAAAAAAAAA",
        "",
        "trusted ",
        "аbcdefghijk",
        None,
        1,
        ["x"],
        "x" * 5_000,
    ],
)
def test_refuses_unknown_key_ids(kid: object) -> None:
    kid = trusted_key().kid + " " if kid == "trusted " else kid
    assert refused(token(head(kid=kid))) == "key.unknown"


def test_refuses_the_key_id_of_another_trusted_key() -> None:
    assert refused(token(head(kid=trusted_key(2).kid))) == "signature.invalid"


@pytest.mark.parametrize(
    "member",
    [
        {"jku": "http://169.254.169.254/"},
        {"x5u": "file:///etc/passwd"},
        {"jwk": {"kty": "EC"}},
        {"x5c": ["MIIB"]},
        {"crit": ["exp"]},
        {"b64": False},
        {"zip": "DEF"},
        {"cty": "JWT"},
        {"enc": "A256GCM"},
    ],
)
def test_refuses_headers_that_bring_keys_or_change_the_reading(member: dict[str, Any]) -> None:
    assert refused(token(head(**member))) == "jws.header"


def test_refuses_a_header_member_given_twice() -> None:
    doubled = json.dumps(head()).encode()[:-1] + b',"alg":"%b"}' % suite_in_use().jose_alg.encode()
    assert refused(token(doubled)) == "jws.malformed"


@pytest.mark.parametrize("typ", ["kb+jwt", "at+jwt", "JWT", "TEST+JWT", "", None])
def test_refuses_tokens_of_another_type(typ: object) -> None:
    assert refused(token(head(typ=typ))) == "jws.typ"


@pytest.mark.parametrize("text", [b"[]", b'"x"', b"{", b"", b"\xef\xbb\xbf{}", b'{"alg":NaN}'])
def test_refuses_headers_that_are_no_strict_json_object(text: bytes) -> None:
    assert refused(token(text)) in {"jws.malformed", "jws.header"}


def test_refuses_other_numbers_of_parts() -> None:
    good = token(head())
    nested = good
    for _ in range(3):
        nested = token(head(), nested.encode())
    for text in (good + ".", "." + good, good.replace(".", "", 1), good + ".x.y", "", ".", "..", good.split(".")[0]):
        assert refused(text) in {"jws.malformed", "key.unknown", "jws.header"}
    jwe = ".".join([good.split(".")[0], "AAAA", "AAAA", "AAAA", "AAAA"])
    assert refused(jwe) == "jws.malformed"
    assert verify_jws(nested, typ=TYP, keys=keys(), max_bytes=10_000)[
        1
    ]  # an inner token is opaque bytes, never followed


def test_refuses_padding_and_blanks_in_any_part() -> None:
    for place in range(3):
        for added in ("=", " ", "\n", "é"):
            parts = token(head()).split(".")
            parts[place] += added
            assert refused(".".join(parts)) == "jws.malformed"


def test_refuses_der_signatures() -> None:
    signing_input = token(head()).rpartition(".")[0]
    raw = signer().sign(signing_input.encode())
    assert refused(f"{signing_input}.{b64url(der_of(raw))}") == "signature.invalid"


def test_refuses_tokens_beyond_the_size_limit_before_reading_them() -> None:
    assert refused("x" * 10_001) == "limit.token"


def test_refuses_a_key_whose_suite_is_not_in_the_table() -> None:
    foreign = TrustedKey(kid=trusted_key().kid, suite="HS256", public_key=b"secret")
    with pytest.raises(CredentialError) as caught:
        verify_jws(token(head()), typ=TYP, keys={foreign.kid: foreign}, max_bytes=10_000)
    assert caught.value.code == "key.algorithm"


def test_the_second_base64_of_one_signature_is_refused() -> None:
    good = token(head())
    body, _, signature = good.rpartition(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = signature[:-1] + alphabet[alphabet.index(signature[-1]) + 1]
    assert base64.urlsafe_b64decode(twin + "==") == base64.urlsafe_b64decode(signature + "==")
    assert refused(f"{body}.{twin}") == "jws.malformed"
