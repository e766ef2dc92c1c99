"""Steps shared by the tests of signed messages: keys of every suite, requests and answers signed well or by hand."""

import hashlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

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
    private_key: Ed25519PrivateKey
    suite: str = "Ed25519"

    def sign(self, data: bytes) -> bytes:
        return self.private_key.sign(data)


ED = Ed25519Signer(kid="shanghai-request", private_key=Ed25519PrivateKey.from_private_bytes(b"\x05" * 32))
EC_PRIVATE = ec.derive_private_key(5, ec.SECP256R1())
EC = LocalSigner(kid="jiangsu-request", suite="ES256", private_key=EC_PRIVATE)
KEYS = {
    ED.kid: TrustedKey(kid=ED.kid, suite="Ed25519", public_key=ED.private_key.public_key()),
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


def digest_of(body: bytes, name: str = "sha-256", algorithm: str = "sha256") -> str:
    return f"{name}=:{b64encode(hashlib.new(algorithm, body).digest()).decode()}:"
