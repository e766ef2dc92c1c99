"""A signed answer is bound to the request that it answers, and says no more than was signed."""

import hashlib
from base64 import b64encode
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.core.signing.suite import Signer
from tests.unit.verification.message_steps import (
    ANSWER,
    AT,
    BODY,
    ED,
    KEYS,
    NONCE,
    PLAIN,
    SIGNERS,
    TARGET,
    answered,
    digest_of,
    refused_answer,
    signed,
)
from verification.core.errors import MessageError
from verification.core.message_signature import verify_response


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
            "Signature": f"a=:{b64encode(ED.private_key.sign(base.encode())).decode()}:",
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
    assert signature == f":{b64encode(ED.private_key.sign(base.encode())).decode()}:"
    assert isinstance(KEYS[ED.kid].public_key, Ed25519PublicKey)
