"""HTTP message signatures between regions: one strict subset of RFC 9421, over plain values.

A request covers method, target and body digest; an answer covers status and body digest, and the request's method,
target and signature, so that no answer can be moved to another request. Only one signature counts: the one with our
tag. The trusted key decides the algorithm; the message can at most repeat it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

import http_sf

from certificates.core.signing.suite import Signer, TrustedKey
from verification.core.errors import MessageError
from verification.core.message_algorithms import algorithm_of
from verification.core.message_parts import (
    FoundSignature,
    MessageRequest,
    MessageResponse,
    content_digest,
    only_field,
    only_signature,
    require_digests,
    require_plain,
)

__all__ = [
    "ANSWER_TAG",
    "MESSAGE_WINDOW",
    "REQUEST_TAG",
    "MessageRequest",
    "MessageResponse",
    "VerifiedMessage",
    "sign_request",
    "sign_response",
    "verify_request",
    "verify_response",
]

REQUEST_TAG: Final = "huzheng-recognition"
ANSWER_TAG: Final = "huzheng-recognition-answer"
SIGNATURE_LABEL: Final = "huzheng"
MESSAGE_WINDOW: Final = timedelta(seconds=60)  # two nodes' clocks and the way; nonces are remembered twice as long

_REQUEST_COMPONENTS = '("@method" "@target-uri" "content-digest")'
_ANSWER_COMPONENTS = '("@status" "content-digest" "@method";req "@target-uri";req "signature";req;key="{label}")'
_REQUEST_PARAMETERS = frozenset({"created", "keyid", "nonce", "tag"})
_ANSWER_PARAMETERS = frozenset({"created", "keyid", "tag"})
_NONCE = re.compile(r"[A-Za-z0-9_-]{22,128}", re.ASCII)  # 22 characters of base64url carry 128 bits
_KEY_ID = re.compile(r"[A-Za-z0-9_.:/-]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedMessage:
    """This will tell who signed a message, when, with which nonce (none in answers), and the SHA-256 of its body."""

    keyid: str
    nonce: str | None
    created: datetime
    body_digest: bytes


def sign_request(
    *, request: MessageRequest, signer: Signer, created: datetime, nonce: str, tag: str = REQUEST_TAG
) -> dict[str, str]:
    """This will return the three headers that sign a request; `created` is cut to whole seconds.

    Raises MessageError `message.nonce` for less than 128 bits, `message.target`, `message.algorithm`.
    """
    if not _NONCE.fullmatch(nonce):
        raise MessageError("message.nonce", "The nonce needs 22 to 128 characters of base64url.")
    digest = content_digest(request.body)
    parameters = (
        f'{_REQUEST_COMPONENTS};created={int(created.timestamp())};keyid="{signer.kid}";nonce="{nonce}";tag="{tag}"'
    )
    base = _request_base(request.method, request.target_uri, digest, parameters)
    return _signature_headers(digest, parameters, base, signer)


def verify_request(
    request: MessageRequest,
    *,
    keys: Mapping[str, TrustedKey],
    at: datetime,
    expected_target_uri: str,
    seen_nonce: Callable[[str, str], bool],
    tag: str = REQUEST_TAG,
) -> VerifiedMessage:
    """This will tell who signed a request, where all of this holds, in this order.

    1 it is for this target. 2 exactly one signature has our tag. 3 it covers exactly what it must. 4 its key is
    known. 5 it was made within 60 s of `at`. 6 it holds. 7 every digest of the body holds. 8 `seen_nonce(keyid, nonce)`
    says False; that call must remember the nonce for at least twice the window, atomically.
    The caller MUST check that the key is of the region that the content speaks for.
    Raises MessageError `message.target|tag|components|nonce|key_unknown|algorithm|created|signature|digest|replay`.
    """
    if request.target_uri != expected_target_uri:  # 1
        raise MessageError("message.target", "The message is for another target.")
    found = only_signature(request.headers, tag)  # 2
    _require_coverage(found, _REQUEST_COMPONENTS, _REQUEST_PARAMETERS)  # 3
    nonce = found.parameters["nonce"]
    if not isinstance(nonce, str) or not _NONCE.fullmatch(nonce):
        raise MessageError("message.nonce", "The nonce needs 22 to 128 characters of base64url.")
    key = _known_key(found, keys)  # 4
    created = _require_fresh(found, at)  # 5
    digest = only_field(request.headers, "content-digest", code="message.digest")
    base = _request_base(request.method, request.target_uri, digest, found.serialized)
    algorithm_of(key.suite).verify(key.public_key, found.signature, base)  # 6
    require_digests(digest, request.body)  # 7
    if seen_nonce(key.kid, nonce):  # 8
        raise MessageError("message.replay", "The message was received before.")
    return VerifiedMessage(keyid=key.kid, nonce=nonce, created=created, body_digest=sha256(request.body).digest())


def sign_response(
    *,
    response: MessageResponse,
    request: MessageRequest,
    signer: Signer,
    created: datetime,
    tag: str = ANSWER_TAG,
    request_tag: str = REQUEST_TAG,
) -> dict[str, str]:
    """This will return the three headers that sign an answer and bind it to a signed request.

    Raises MessageError `message.*` where the request carries no signature of ours to bind to.
    """
    bound = only_signature(request.headers, request_tag)
    digest = content_digest(response.body)
    components = _ANSWER_COMPONENTS.format(label=bound.label)
    parameters = f'{components};created={int(created.timestamp())};keyid="{signer.kid}";tag="{tag}"'
    base = _answer_base(response.status, digest, request, bound, parameters)
    return _signature_headers(digest, parameters, base, signer)


def verify_response(
    response: MessageResponse,
    *,
    request: MessageRequest,
    keys: Mapping[str, TrustedKey],
    at: datetime,
    tag: str = ANSWER_TAG,
    request_tag: str = REQUEST_TAG,
) -> VerifiedMessage:
    """This will tell who signed the answer to exactly this signed request, by rules 2 to 7 of `verify_request`.

    `request` is the request as it was sent, with its signature headers.
    Raises MessageError `message.tag|components|key_unknown|algorithm|created|signature|digest`.
    """
    bound = only_signature(request.headers, request_tag)
    found = only_signature(response.headers, tag)
    _require_coverage(found, _ANSWER_COMPONENTS.format(label=bound.label), _ANSWER_PARAMETERS)
    key = _known_key(found, keys)
    created = _require_fresh(found, at)
    digest = only_field(response.headers, "content-digest", code="message.digest")
    base = _answer_base(response.status, digest, request, bound, found.serialized)
    algorithm_of(key.suite).verify(key.public_key, found.signature, base)
    require_digests(digest, response.body)
    return VerifiedMessage(keyid=key.kid, nonce=None, created=created, body_digest=sha256(response.body).digest())


def _signature_headers(digest: str, parameters: str, base: bytes, signer: Signer) -> dict[str, str]:
    algorithm_of(signer.suite)  # A suite that no verifier would take is refused before it signs.
    signature = http_sf.ser({SIGNATURE_LABEL: signer.sign(base)})
    return {
        "Content-Digest": digest,
        "Signature-Input": f"{SIGNATURE_LABEL}={parameters}",
        "Signature": signature,
    }


def _request_base(method: str, target_uri: str, digest: str, parameters: str) -> bytes:
    require_plain(method, target_uri)
    return (
        f'"@method": {method}\n"@target-uri": {target_uri}\n"content-digest": {digest}\n'
        f'"@signature-params": {parameters}'
    ).encode("ascii")


def _answer_base(status: int, digest: str, request: MessageRequest, bound: FoundSignature, parameters: str) -> bytes:
    require_plain(request.method, request.target_uri)
    bound_signature = http_sf.ser({"s": bound.signature}).removeprefix("s=")
    return (
        f'"@status": {status}\n"content-digest": {digest}\n"@method";req: {request.method}\n'
        f'"@target-uri";req: {request.target_uri}\n"signature";req;key="{bound.label}": {bound_signature}\n'
        f'"@signature-params": {parameters}'
    ).encode("ascii")


def _require_coverage(found: FoundSignature, components: str, parameters: frozenset[str]) -> None:
    if not found.serialized.startswith(components + ";"):
        raise MessageError("message.components", "The signature does not cover exactly what it must.")
    if found.parameters.keys() - {"alg"} != parameters:
        raise MessageError("message.components", "The signature has not exactly the parameters that it must.")


def _known_key(found: FoundSignature, keys: Mapping[str, TrustedKey]) -> TrustedKey:
    keyid = found.parameters["keyid"]
    key = keys.get(keyid) if isinstance(keyid, str) and _KEY_ID.fullmatch(keyid) else None
    if key is None:
        raise MessageError("message.key_unknown", "No trusted key has the message's key id.")
    stated = found.parameters.get("alg")
    if stated is not None and not (isinstance(stated, str) and stated == algorithm_of(key.suite).name):
        raise MessageError("message.algorithm", "The message states another algorithm than its key has.")
    return key


def _require_fresh(found: FoundSignature, at: datetime) -> datetime:
    created = found.parameters["created"]
    if type(created) is not int or abs(at.timestamp() - created) > MESSAGE_WINDOW.total_seconds():
        raise MessageError("message.created", "The message was not made within 60 seconds of now.")
    return datetime.fromtimestamp(created, UTC)
