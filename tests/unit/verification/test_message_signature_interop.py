"""Our messages and those of the http-message-signatures package (Apache-2.0) are accepted by each other."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import gmssl_pyx
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, InvalidSignature, algorithms
from http_message_signatures.resolvers import MappingKeyResolver

from certificates.core.signing.ec_keys_der import SM2_OID, PrivateParts, pkcs8
from certificates.core.signing.local import LocalSigner
from certificates.core.signing.registry import SM2
from certificates.core.signing.suite import TrustedKey
from tests.unit.verification.message_steps import AT, NONCE, TARGET, Ed25519Signer
from verification.core.errors import MessageError
from verification.core.message_signature import (
    MessageRequest,
    MessageResponse,
    sign_request,
    sign_response,
    verify_request,
    verify_response,
)

BODY = b'{"matter":"1"}'
REQUEST_COMPONENTS = ("@method", "@target-uri", "content-digest")


@dataclass
class WireRequest:
    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class WireResponse:
    status_code: int
    request: WireRequest
    headers: dict[str, str] = field(default_factory=dict)


ED = Ed25519Signer(kid="ed", private_key=Ed25519PrivateKey.from_private_bytes(b"\x05" * 32))
EC = LocalSigner(kid="ec", suite="ES256", private_key=ec.derive_private_key(5, ec.SECP256R1()))
SM2_PRIVATE, SM2_PUBLIC = gmssl_pyx.sm2_key_generate()[::-1]
SM2_PKCS8 = pkcs8(curve=SM2_OID, parts=PrivateParts(scalar=SM2_PRIVATE, point=b"\4" + SM2_PUBLIC))
SM = LocalSigner(kid="sm", suite="SM2", private_key=SM2.private_from_pkcs8(SM2_PKCS8))


class Sm2ByGmssl(algorithms.HTTPSignatureAlgorithm):
    """What another party writes for this library from decision note 0010, with GmSSL's arithmetic."""

    algorithm_id = "sm2-sm3"

    def __init__(self, public_key: Any = None, private_key: Any = None, password: Any = None) -> None:
        self.private_key = private_key

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(gmssl_pyx.sm2_sign(SM2_PRIVATE, SM2_PUBLIC, message))
        return r.to_bytes(32) + s.to_bytes(32)

    def verify(self, signature: bytes, message: bytes) -> None:
        der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        if len(signature) != 64 or not gmssl_pyx.sm2_verify(SM2_PUBLIC, message, der):
            raise InvalidSignature("the signature does not hold")


SIGNERS: list[Any] = [
    pytest.param(ED, algorithms.ED25519, id="Ed25519"),
    pytest.param(EC, algorithms.ECDSA_P256_SHA256, id="ES256"),
    pytest.param(SM, Sm2ByGmssl, id="SM2"),
]


def theirs(signer: Any) -> MappingKeyResolver:
    if signer is SM:
        return MappingKeyResolver(public_keys={SM.kid: SM2_PUBLIC}, private_keys={SM.kid: SM2_PRIVATE})
    private = signer.private_key
    return MappingKeyResolver(public_keys={signer.kid: private.public_key()}, private_keys={signer.kid: private})


def ours(signer: Any) -> dict[str, TrustedKey]:
    public = SM2.public_of(SM.private_key) if signer is SM else signer.private_key.public_key()
    return {signer.kid: TrustedKey(kid=signer.kid, suite=signer.suite, public_key=public)}


def our_request(signer: Any) -> MessageRequest:
    plain = MessageRequest(method="POST", target_uri=TARGET, headers={}, body=BODY)
    return plain.with_headers(sign_request(request=plain, signer=signer, created=AT, nonce=NONCE))


def their_request(signer: Any, algorithm: Any, *, include_alg: bool) -> WireRequest:
    wire = WireRequest(method="POST", url=TARGET)
    HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=theirs(signer)).sign(
        wire,
        key_id=signer.kid,
        created=AT,
        nonce=NONCE,
        tag="huzheng-recognition",
        include_alg=include_alg,
        covered_component_ids=REQUEST_COMPONENTS,
        body=BODY,
    )
    return wire


@pytest.mark.parametrize(("signer", "algorithm"), SIGNERS)
def test_the_library_accepts_our_request(signer: Any, algorithm: Any) -> None:
    wire = WireRequest(method="POST", url=TARGET, headers=dict(our_request(signer).headers))
    verifier = HTTPMessageVerifier(signature_algorithm=algorithm, key_resolver=theirs(signer))
    with time_machine.travel(AT + timedelta(seconds=5), tick=False):
        (result,) = verifier.verify(
            wire, expect_tag="huzheng-recognition", require_components=REQUEST_COMPONENTS, body=BODY
        )
        assert (result.nonce, result.body) == (NONCE, BODY)
        with pytest.raises(InvalidSignature):
            verifier.verify(wire, expect_tag="huzheng-recognition", body=b"{}")


@pytest.mark.parametrize("include_alg", [True, False])
@pytest.mark.parametrize(("signer", "algorithm"), SIGNERS)
def test_we_accept_the_librarys_request(signer: Any, algorithm: Any, include_alg: bool) -> None:
    wire = their_request(signer, algorithm, include_alg=include_alg)
    request = MessageRequest(method="POST", target_uri=TARGET, headers=wire.headers, body=BODY)
    found = verify_request(
        request, keys=ours(signer), at=AT, expected_target_uri=TARGET, seen_nonce=lambda _keyid, _nonce: False
    )
    assert (found.keyid, found.nonce, found.created) == (signer.kid, NONCE, AT)


@pytest.mark.parametrize(("signer", "algorithm"), SIGNERS)
def test_we_refuse_the_librarys_request_with_its_default_coverage(signer: Any, algorithm: Any) -> None:
    wire = WireRequest(method="POST", url=TARGET)
    HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=theirs(signer)).sign(
        wire, key_id=signer.kid, created=AT, nonce=NONCE, tag="huzheng-recognition"
    )
    request = MessageRequest(method="POST", target_uri=TARGET, headers=wire.headers, body=BODY)
    with pytest.raises(MessageError) as caught:
        verify_request(
            request, keys=ours(signer), at=AT, expected_target_uri=TARGET, seen_nonce=lambda _keyid, _nonce: False
        )
    assert caught.value.code == "message.components"


@pytest.mark.parametrize(("signer", "algorithm"), SIGNERS)
def test_the_library_accepts_our_answer(signer: Any, algorithm: Any) -> None:
    request = our_request(ED)
    answer = MessageResponse(status=200, headers={}, body=BODY)
    headers = sign_response(response=answer, request=request, signer=signer, created=AT)
    sent = WireRequest(method="POST", url=TARGET, headers=dict(request.headers))
    wire = WireResponse(status_code=200, request=sent, headers=headers)
    verifier = HTTPMessageVerifier(signature_algorithm=algorithm, key_resolver=theirs(signer))
    with time_machine.travel(AT + timedelta(seconds=5), tick=False):
        (result,) = verifier.verify(
            wire,
            expect_tag="huzheng-recognition-answer",
            require_components=("@status", "content-digest", '"signature";req;key="huzheng"'),
            body=BODY,
        )
        assert result.body == BODY


@pytest.mark.parametrize(("signer", "algorithm"), SIGNERS)
def test_we_accept_the_librarys_answer_to_the_librarys_request(signer: Any, algorithm: Any) -> None:
    sent = their_request(signer, algorithm, include_alg=True)
    wire = WireResponse(status_code=200, request=sent)
    HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=theirs(signer)).sign(
        wire,
        key_id=signer.kid,
        created=AT,
        tag="huzheng-recognition-answer",
        covered_component_ids=(
            '"@status"',
            '"content-digest"',
            '"@method";req',
            '"@target-uri";req',
            '"signature";req;key="pyhms"',
        ),
        body=BODY,
    )
    request = MessageRequest(method="POST", target_uri=TARGET, headers=sent.headers, body=BODY)
    response = MessageResponse(status=200, headers=wire.headers, body=BODY)
    assert verify_response(response, request=request, keys=ours(signer), at=AT).keyid == signer.kid
