"""What signed messages between regions refuse: replay, changed bodies, thin coverage, old, re-targeted, doubled, swapped."""

import hashlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certificates.core.signing.local import LocalSigner
from certificates.core.signing.suite import Signer, TrustedKey
from tests.unit.suite_in_use import sample_signer, sample_trusted_key, using
from verification.core.errors import MessageError
from verification.core.message_signature import (
    MessageRequest,
    MessageResponse,
    sign_request,
    sign_response,
    verify_request,
    verify_response,
)

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
TARGET = "https://zhejiang.example/recognition/v1/lookups"
NONCE = "n0nce-n0nce-n0nce-n0nce"
BODY = '{"lookup_id":"查询"}'.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ed25519Signer:
    kid: str
    private: Ed25519PrivateKey
    suite: str = "Ed25519"

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data)


ED = Ed25519Signer(kid="shanghai-request", private=Ed25519PrivateKey.from_private_bytes(b"\x05" * 32))
EC_PRIVATE = ec.derive_private_key(5, ec.SECP256R1())
EC = LocalSigner(kid="jiangsu-request", suite="ES256", private_key=EC_PRIVATE)
KEYS = {
    ED.kid: TrustedKey(kid=ED.kid, suite="Ed25519", public_key=ED.private.public_key()),
    EC.kid: TrustedKey(kid=EC.kid, suite="ES256", public_key=EC_PRIVATE.public_key()),
}
with using("SM2"):
    SM = replace(sample_signer(), kid="sichuan-request")
    KEYS[SM.kid] = replace(sample_trusted_key(), kid=SM.kid)
SIGNERS = pytest.mark.parametrize("signer", [ED, EC, SM], ids=["Ed25519", "ES256", "SM2"])
PLAIN = MessageRequest(method="POST", target_uri=TARGET, headers={"Content-Type": "application/json"}, body=BODY)
ANSWER = MessageResponse(status=200, headers={"Content-Type": "application/json"}, body=b'{"state":"released"}')


def signed(
    request: MessageRequest = PLAIN, *, signer: Signer = ED, created: datetime = AT, nonce: str = NONCE
) -> MessageRequest:
    return request.with_headers(sign_request(request=request, signer=signer, created=created, nonce=nonce))


def answered(request: MessageRequest, *, signer: Signer = EC, created: datetime = AT) -> MessageResponse:
    headers = sign_response(response=ANSWER, request=request, signer=signer, created=created)
    return replace(ANSWER, headers={**dict(ANSWER.headers), **headers})


def verified(request: MessageRequest, **change: Any) -> Any:
    given: dict[str, Any] = {
        "keys": KEYS,
        "at": AT,
        "expected_target_uri": TARGET,
        "seen_nonce": lambda _keyid, _nonce: False,
    }
    return verify_request(request, **{**given, **change})


def refused(request: MessageRequest, **change: Any) -> str:
    with pytest.raises(MessageError) as caught:
        verified(request, **change)
    return caught.value.code


def refused_answer(response: MessageResponse, request: MessageRequest, **change: Any) -> str:
    with pytest.raises(MessageError) as caught:
        verify_response(response, request=request, **{"keys": KEYS, "at": AT, **change})
    return caught.value.code


def edited(request: MessageRequest, name: str, change: Callable[[str], str]) -> MessageRequest:
    pairs = tuple((field, change(value) if field == name else value) for field, value in request.headers)  # type: ignore[misc]
    assert pairs != request.headers
    return replace(request, headers=pairs)


def signed_by_hand(
    components: str,
    parameters: str,
    *,
    lines: tuple[str, ...],
    label: str = "huzheng",
    extra: str = "",
    signer: Signer = ED,
) -> MessageRequest:
    """A request whose signature is good for exactly what it says it covers."""
    digest = f"sha-256=:{b64encode(hashlib.sha256(BODY).digest()).decode()}:"
    values = {"@method": "POST", "@target-uri": TARGET, "content-digest": digest}
    base = "".join(f'"{name}": {values[name]}\n' for name in lines) + f'"@signature-params": {components}{parameters}'
    signature = b64encode(signer.sign(base.encode())).decode()
    return PLAIN.with_headers(
        {
            "Content-Digest": digest,
            "Signature-Input": f"{label}={components}{parameters}{extra}",
            "Signature": f"{label}=:{signature}:",
        }
    )


COMPONENTS = '("@method" "@target-uri" "content-digest")'
LINES = ("@method", "@target-uri", "content-digest")
PARAMETERS = f';created={int(AT.timestamp())};keyid="{ED.kid}";nonce="{NONCE}";tag="huzheng-recognition"'


@SIGNERS
def test_a_signed_request_tells_its_signer(signer: Signer) -> None:
    found = verified(signed(signer=signer))
    assert (found.keyid, found.nonce, found.created) == (signer.kid, NONCE, AT)
    assert found.body_digest == hashlib.sha256(BODY).digest()


def test_a_request_put_together_by_hand_from_the_rfc_is_accepted() -> None:
    assert verified(signed_by_hand(COMPONENTS, PARAMETERS, lines=LINES)).keyid == ED.kid
    with_alg = ';alg="ed25519"' + PARAMETERS
    assert verified(signed_by_hand(COMPONENTS, with_alg, lines=LINES, label="sig1")).keyid == ED.kid


def test_the_signature_base_is_that_of_rfc_9421() -> None:
    request = signed()
    headers = dict(request.headers)
    base = (
        f'"@method": POST\n"@target-uri": {TARGET}\n"content-digest": {headers["Content-Digest"]}\n'
        f'"@signature-params": {headers["Signature-Input"].removeprefix("huzheng=")}'
    )
    signature = verified(request) and headers["Signature"].removeprefix("huzheng=:").removesuffix(":")
    assert b64encode(ED.private.sign(base.encode())).decode() == signature  # Ed25519 signatures are deterministic


def test_refuses_a_replay_of_a_whole_signed_request() -> None:
    seen: set[tuple[str, str]] = set()

    def seen_nonce(keyid: str, nonce: str) -> bool:
        known = (keyid, nonce) in seen
        seen.add((keyid, nonce))
        return known

    assert verified(signed(), seen_nonce=seen_nonce).nonce == NONCE
    assert refused(signed(), seen_nonce=seen_nonce) == "message.replay"
    assert verified(signed(nonce=NONCE[::-1]), seen_nonce=seen_nonce)
    assert verified(signed(signer=EC), seen_nonce=seen_nonce)


def test_a_forged_request_cannot_use_up_a_nonce() -> None:
    def seen_nonce(_keyid: str, _nonce: str) -> bool:
        raise AssertionError("the nonce was spent before the message was verified")

    assert refused(replace(signed(), body=b"{}"), seen_nonce=seen_nonce) == "message.digest"
    assert refused(replace(signed(), method="PUT"), seen_nonce=seen_nonce) == "message.signature"


def test_refuses_a_changed_body_under_the_kept_digest() -> None:
    assert refused(replace(signed(), body=BODY + b" ")) == "message.digest"
    assert refused(replace(signed(), body=b"")) == "message.digest"


def test_refuses_a_changed_body_with_its_digest_recomputed() -> None:
    forged = replace(PLAIN, body=b"{}")
    digest = dict(signed(forged).headers)["Content-Digest"]
    assert refused(edited(replace(signed(), body=b"{}"), "Content-Digest", lambda _: digest)) == "message.signature"


@pytest.mark.parametrize(
    "covered",
    [
        (),
        ("@method",),
        ("@method", "@target-uri"),
        ("@method", "content-digest"),
        ("content-digest", "@target-uri", "@method"),
    ],
)
def test_refuses_a_good_signature_that_covers_less_or_otherwise(covered: tuple[str, ...]) -> None:
    components = "(" + " ".join(f'"{name}"' for name in covered) + ")"
    assert refused(signed_by_hand(components, PARAMETERS, lines=covered)) == "message.components"


@pytest.mark.parametrize(
    ("components", "parameters"),
    [
        ('("@method";req "@target-uri" "content-digest")', PARAMETERS),
        ('("@method" "@target-uri" "content-digest";sf)', PARAMETERS),
        ('("@method" "@target-uri" "content-digest" "content-digest")', PARAMETERS),
        ("(@method @target-uri content-digest)", PARAMETERS),
        (COMPONENTS, PARAMETERS + ";expires=1999999999"),
        (COMPONENTS, PARAMETERS + ';context="x"'),
        (COMPONENTS, PARAMETERS.replace(f';nonce="{NONCE}"', "")),
        (COMPONENTS, PARAMETERS.replace(f';keyid="{ED.kid}"', "")),
        (COMPONENTS, PARAMETERS.replace(f";created={int(AT.timestamp())}", "")),
    ],
)
def test_refuses_components_and_parameters_that_were_not_agreed_on(components: str, parameters: str) -> None:
    assert refused(signed_by_hand(components, parameters, lines=LINES)) in {"message.components", "message.signature"}


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, None), (60, None), (61, "message.created"), (600, "message.created")]
)
@pytest.mark.parametrize("direction", [-1, 1])
def test_refuses_a_message_made_more_than_60_seconds_from_now(seconds: int, code: str | None, direction: int) -> None:
    request = signed(created=AT + timedelta(seconds=direction * seconds))
    response = answered(signed(), created=AT + timedelta(seconds=direction * seconds))
    if code is None:
        assert verified(request)
        assert verify_response(response, request=signed(), keys=KEYS, at=AT)
    else:
        assert refused(request) == code
        assert refused_answer(response, signed()) == code


def test_refuses_a_message_made_23_hours_ago() -> None:
    assert refused(signed(created=AT - timedelta(hours=23))) == "message.created"


@pytest.mark.parametrize("created", ["1.5", '"1772353800"', "?1", "999999999999999", "-1"])
def test_refuses_a_time_that_is_no_second_near_now(created: str) -> None:
    parameters = PARAMETERS.replace(str(int(AT.timestamp())), created)
    assert refused(signed_by_hand(COMPONENTS, parameters, lines=LINES)) == "message.created"


def test_refuses_a_message_for_another_province() -> None:
    elsewhere = "https://jiangsu.example/recognition/v1/lookups"
    assert refused(signed(), expected_target_uri=elsewhere) == "message.target"
    assert refused(replace(signed(), target_uri=elsewhere), expected_target_uri=elsewhere) == "message.signature"


@pytest.mark.parametrize("suffix", ["?id=2", "/", "/..", "#x", "%2F"])
def test_refuses_a_target_spelled_otherwise(suffix: str) -> None:
    assert refused(replace(signed(), target_uri=TARGET + suffix)) == "message.target"
    other = TARGET + suffix
    assert refused(replace(signed(), target_uri=other), expected_target_uri=other) == "message.signature"


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("post", TARGET),
        ("POST\n", TARGET),
        ("POST", TARGET + '\n"x": y'),
        ("POST", "/relative"),
        ("POST", TARGET + "é"),
    ],
)
def test_refuses_a_method_or_target_that_could_pose_as_another_line(method: str, target: str) -> None:
    with pytest.raises(MessageError) as caught:
        signed(replace(PLAIN, method=method, target_uri=target))
    assert caught.value.code == "message.target"
    assert refused(replace(signed(), method=method, target_uri=target), expected_target_uri=target) == "message.target"


def test_refuses_a_good_signature_whose_tag_is_not_ours() -> None:
    for tag in ('"other"', "huzheng-recognition", '"huzheng-recognition-answer"', "?1"):
        parameters = PARAMETERS.replace('"huzheng-recognition"', tag)
        assert refused(signed_by_hand(COMPONENTS, parameters, lines=LINES)) == "message.tag"
    untagged = PARAMETERS.replace(';tag="huzheng-recognition"', "")
    assert refused(signed_by_hand(COMPONENTS, untagged, lines=LINES)) == "message.tag"


def test_refuses_two_signatures_with_our_tag_even_if_both_are_good() -> None:
    request = edited(signed(), "Signature-Input", lambda value: f"{value}, two{value.removeprefix('huzheng')}")
    request = edited(request, "Signature", lambda value: f"{value}, two{value.removeprefix('huzheng')}")
    assert refused(request) == "message.tag"


def test_a_signature_with_another_tag_beside_ours_proves_and_spoils_nothing() -> None:
    proxy = 'proxy=("@method");created=1;keyid="p";tag="proxy"'
    request = edited(signed(), "Signature-Input", lambda value: f"{proxy}, {value}")
    request = edited(request, "Signature", lambda value: f"proxy=:AAAA:, {value}")
    assert verified(request).keyid == ED.kid
    only_proxy = edited(request, "Signature-Input", lambda _: proxy)
    assert refused(only_proxy) == "message.tag"


def test_refuses_a_stated_algorithm_that_is_not_the_keys() -> None:
    for stated in (
        '"hmac-sha256"',
        '"rsa-v1_5-sha256"',
        '"ecdsa-p256-sha256"',
        '"sm2-sm3"',
        '"none"',
        '""',
        "ed25519",
        "?1",
        '"Ed25519"',
    ):
        request = signed_by_hand(COMPONENTS, f";alg={stated}{PARAMETERS}", lines=LINES)
        assert refused(request) == "message.algorithm", stated


def test_refuses_an_hmac_made_with_the_public_key() -> None:
    public = ED.private.public_key().public_bytes_raw()

    @dataclass(frozen=True)
    class HmacSigner:
        kid: str = ED.kid
        suite: str = "Ed25519"

        def sign(self, data: bytes) -> bytes:
            return hashlib.sha256(public + data).digest() * 2

    assert refused(signed(signer=HmacSigner())) == "message.signature"


def test_refuses_a_key_of_a_suite_that_messages_do_not_know() -> None:
    for suite in ("RS256", "HS256", ""):
        keys = {ED.kid: TrustedKey(kid=ED.kid, suite=suite, public_key=ED.private.public_key())}
        assert (
            refused(signed_by_hand(COMPONENTS, ';alg="ed25519"' + PARAMETERS, lines=LINES), keys=keys)
            == "message.algorithm"
        )
        assert refused(signed(), keys=keys) == "message.algorithm"
        with pytest.raises(MessageError):
            signed(signer=Ed25519Signer(kid=ED.kid, private=ED.private, suite=suite))


def test_refuses_a_key_object_of_another_kind_than_its_suite() -> None:
    mixed = {ED.kid: replace(KEYS[EC.kid], kid=ED.kid), EC.kid: replace(KEYS[EC.kid], suite="Ed25519")}
    assert refused(signed(), keys=mixed) == "message.signature"
    assert refused(signed(signer=EC), keys=mixed) == "message.signature"


def test_refuses_an_unknown_key_and_a_good_signature_by_another_key() -> None:
    assert refused(signed(), keys={}) == "message.key_unknown"
    stranger = Ed25519Signer(kid=ED.kid, private=Ed25519PrivateKey.from_private_bytes(b"\x06" * 32))
    assert refused(signed(signer=stranger)) == "message.signature"


@pytest.mark.parametrize("name", ["Content-Digest", "Signature-Input", "Signature"])
def test_refuses_a_repeated_folded_padded_or_missing_header(name: str) -> None:
    request = signed()
    value = dict(request.headers)[name]
    refusals = {"message.components", "message.digest", "message.signature"}
    for more in (name, name.lower(), name.upper()):
        assert refused(request.with_headers({more: value})) in refusals
        assert refused(request.with_headers({more: "x"})) in refusals
    for change in (
        lambda text: text + ", " + text,  # as WSGI servers join two lines of one name
        lambda text: text.replace(";", ";\r\n ").replace("=:", "=\r\n :"),
        lambda text: " " + text,
        lambda text: text + "\t",
        lambda text: text + "\x00",
        lambda text: text + "é",
        lambda text: text + ",",
        lambda text: text.upper(),
        lambda _text: "",
        lambda text: text + " " * 0 + ";x" * 3000,
    ):
        assert refused(edited(request, name, change)) in {*refusals, "message.tag"}
    missing = replace(request, headers=[pair for pair in request.headers if pair[0] != name])  # type: ignore[misc]
    assert refused(missing) in refusals


def test_header_names_count_in_any_case() -> None:
    request = signed()
    lowered = replace(request, headers=tuple((name.lower(), value) for name, value in dict(request.headers).items()))
    assert verified(lowered).keyid == ED.kid


def digest_of(body: bytes, name: str = "sha-256", algorithm: str = "sha256") -> str:
    return f"{name}=:{b64encode(hashlib.new(algorithm, body).digest()).decode()}:"


@pytest.mark.parametrize(
    ("digest", "code"),
    [
        (f"{digest_of(BODY)}, {digest_of(BODY, 'sha-512', 'sha512')}", None),
        (f"{digest_of(BODY)}, {digest_of(b'', 'sha-512', 'sha512')}", "message.digest"),
        (f"{digest_of(b'')}, {digest_of(BODY, 'sha-512', 'sha512')}", "message.digest"),
        (digest_of(BODY, "sha-512", "sha512"), "message.digest"),
        (f"{digest_of(BODY)}, {digest_of(BODY, 'md5', 'md5')}", "message.digest"),
        (f"{digest_of(BODY)}, unknown=1", "message.digest"),
        (f"{digest_of(BODY)};x=1", "message.digest"),
        (digest_of(BODY).replace(":", '"'), "message.digest"),
        (digest_of(BODY)[:-3] + ":", "message.digest"),
    ],
)
def test_every_digest_must_hold(digest: str, code: str | None) -> None:
    base = f'"@method": POST\n"@target-uri": {TARGET}\n"content-digest": {digest}\n"@signature-params": {COMPONENTS}{PARAMETERS}'
    request = PLAIN.with_headers(
        {
            "Content-Digest": digest,
            "Signature-Input": f"s={COMPONENTS}{PARAMETERS}",
            "Signature": f"s=:{b64encode(ED.private.sign(base.encode())).decode()}:",
        }
    )
    if code is None:
        assert verified(request).keyid == ED.kid
    else:
        assert refused(request) == code


@SIGNERS
def test_an_answer_is_bound_to_its_request(signer: Signer) -> None:
    request = signed()
    found = verify_response(answered(request, signer=signer), request=request, keys=KEYS, at=AT)
    assert (found.keyid, found.nonce) == (signer.kid, None)
    assert found.body_digest == hashlib.sha256(ANSWER.body).digest()


def test_refuses_an_answer_swapped_between_two_parallel_requests() -> None:
    one, other = signed(), signed(nonce=NONCE[::-1])
    assert refused_answer(answered(one), other) == "message.signature"
    assert refused_answer(answered(one), replace(one, method="PUT")) == "message.signature"
    assert refused_answer(answered(one), replace(one, target_uri=TARGET + "/2")) == "message.signature"


def test_refuses_an_answer_with_another_status_or_body() -> None:
    request = signed()
    assert refused_answer(replace(answered(request), status=403), request) == "message.signature"
    assert refused_answer(replace(answered(request), body=b""), request) == "message.digest"


def test_refuses_an_unsigned_answer_and_a_request_played_back_as_one() -> None:
    request = signed()
    assert refused_answer(ANSWER, request) == "message.signature"
    assert refused_answer(replace(ANSWER, headers=request.headers, body=BODY), request) == "message.tag"


def test_refuses_an_answer_that_does_not_cover_the_requests_signature() -> None:
    request = signed()
    digest = digest_of(ANSWER.body)
    components = '("@status" "content-digest")'
    parameters = f';created={int(AT.timestamp())};keyid="{ED.kid}";tag="huzheng-recognition-answer"'
    base = f'"@status": 200\n"content-digest": {digest}\n"@signature-params": {components}{parameters}'
    thin = replace(
        ANSWER,
        headers={
            "Content-Digest": digest,
            "Signature-Input": f"a={components}{parameters}",
            "Signature": f"a=:{b64encode(ED.private.sign(base.encode())).decode()}:",
        },
    )
    assert refused_answer(thin, request) == "message.components"


def test_refuses_to_answer_a_request_that_nobody_signed() -> None:
    with pytest.raises(MessageError) as caught:
        answered(PLAIN)
    assert caught.value.code == "message.signature"


def test_the_answers_base_is_that_of_rfc_9421() -> None:
    request = signed()
    response = answered(request, signer=ED)
    sent, got = dict(request.headers), dict(response.headers)
    base = (
        f'"@status": 200\n"content-digest": {got["Content-Digest"]}\n"@method";req: POST\n"@target-uri";req: {TARGET}\n'
        f'"signature";req;key="huzheng": {sent["Signature"].removeprefix("huzheng=")}\n'
        f'"@signature-params": {got["Signature-Input"].removeprefix("huzheng=")}'
    )
    signature = got["Signature"].removeprefix("huzheng=")
    assert signature == f":{b64encode(ED.private.sign(base.encode())).decode()}:"
    assert isinstance(KEYS[ED.kid].public_key, Ed25519PublicKey)
