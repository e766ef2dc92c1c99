"""What goes over the wire between provinces: signed requests and answers, and the bodies in them."""

import base64
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any

from certificates.core.canonical import canonical_json
from tests.fuzz.keys import THIEF, pair
from tests.fuzz.spoil_bytes import bytes_mutators, text_mutators
from tests.fuzz.spoil_json import json_mutators
from tests.fuzz.target import Mutant, Mutator, Target
from tests.unit.verification.test_recognition_message import ASK, LOOKUP, RELEASED
from verification.core.errors import MessageError
from verification.core.message_signature import (
    MessageRequest,
    MessageResponse,
    sign_request,
    sign_response,
    verify_request,
    verify_response,
)
from verification.core.recognition_message import read_answer, read_ask, write_answer, write_ask

_AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
_TARGET = "https://zhejiang.example/recognition/v1/lookups"


def message_targets(suite: str) -> list[Target]:
    """Requests and answers under RFC 9421."""
    by, thief = pair(suite, 1), pair(suite, THIEF)
    keys = {by.trusted.kid: by.trusted}
    requests = [_signed(suite, number, write_ask(ASK) if number else b"{}") for number in range(2)]
    answer = MessageResponse(status=200, headers={"Content-Type": "application/json"}, body=write_answer(RELEASED))
    headers = sign_response(response=answer, request=requests[0], signer=by.signer, created=_AT)
    answer = replace(answer, headers=(*dict(answer.headers).items(), *headers.items()))
    stolen = sign_response(response=answer, request=requests[0], signer=thief.signer, created=_AT)

    def read_request(request: MessageRequest) -> Any:
        return verify_request(
            request, keys=keys, at=_AT, expected_target_uri=_TARGET, seen_nonce=lambda _keyid, _nonce: False
        )

    def read_response(response: MessageResponse) -> Any:
        return verify_response(response, request=requests[0], keys=keys, at=_AT)

    good = [(read_request(one), one.method, one.target_uri, one.body) for one in requests]
    return [
        Target(
            name=f"request-{suite}",
            seeds=requests,
            read=read_request,
            named=(MessageError,),
            entitled=lambda one, meaning: (meaning, one.method, one.target_uri, one.body) in good,
            mutators=_field_mutators(requests, dict(_signed(suite, 0, b"{}", THIEF).headers)),
            weight=15,
        ),
        Target(
            name=f"answer-{suite}",
            seeds=[answer],
            read=read_response,
            named=(MessageError,),
            entitled=lambda one, meaning: (
                meaning == read_response(answer) and (one.status, one.body) == (200, answer.body)
            ),
            mutators=_field_mutators([answer], stolen),
            weight=15,
        ),
    ]


def _signed(suite: str, number: int, body: bytes, key: int = 1) -> MessageRequest:
    request = MessageRequest(
        method="POST", target_uri=_TARGET, headers=(("Content-Type", "application/json"),), body=body
    )
    nonce = f"nonce-nonce-nonce-nonce-{number}"
    signer = pair(suite, key).signer
    return request.with_headers(sign_request(request=request, signer=signer, created=_AT, nonce=nonce))


def _field_mutators(seeds: list[Any], stolen: dict[str, str]) -> list[Mutator]:
    in_text = text_mutators([value for seed in seeds for _, value in seed.headers])
    in_bytes = bytes_mutators([seed.body for seed in seeds])

    def header(rng: Random, message: Any) -> Mutant:
        pairs = list(message.headers)
        at = rng.randrange(len(pairs))
        name, value = pairs[at]
        pairs[at] = (name, rng.choice(in_text)(rng, value).input)
        return _headed(message, pairs)

    def body(rng: Random, message: Any) -> Mutant:
        return Mutant(replace(message, body=rng.choice(in_bytes)(rng, message.body).input))

    def line(rng: Random, message: Any) -> Mutant:
        if isinstance(message, MessageResponse):
            return Mutant(replace(message, status=rng.choice((200, 201, 403, 500, -1))))
        method = rng.choice(("POST", "GET", "post", "", "PO ST"))
        target = rng.choice(in_text)(rng, message.target_uri).input
        return Mutant(rng.choice((replace(message, method=method), replace(message, target_uri=target))))

    def thief(_rng: Random, message: Any) -> Mutant:
        kept = [(name, value) for name, value in message.headers if name not in stolen]
        return _headed(message, [*kept, *stolen.items()])

    def swap(rng: Random, message: Any) -> Mutant:
        other = rng.choice(seeds)
        return Mutant(rng.choice((replace(message, body=other.body), replace(message, headers=other.headers))))

    return [header, header, header, _parameter, _parameter, _headers, body, _digest, line, thief, swap]


def _headed(message: Any, pairs: list[tuple[str, str]]) -> Mutant:
    return Mutant(replace(message, headers=tuple(pairs)))


def _parameter(rng: Random, message: Any) -> Mutant:
    """One of the things that a signature says of itself, exchanged or doubled."""
    old, new = rng.choice(_PARAMETERS)
    return _headed(message, [(name, value.replace(old, new, 1)) for name, value in message.headers])


def _headers(rng: Random, message: Any) -> Mutant:
    """A header gone, doubled, or doubled in another case."""
    pairs = list(message.headers)
    at = rng.randrange(len(pairs))
    again = (pairs[at][0].upper(), pairs[at][1])
    return _headed(message, rng.choice((pairs[:at] + pairs[at + 1 :], [*pairs, pairs[at]], [again, *pairs])))


def _digest(rng: Random, message: Any) -> Mutant:
    """A digest right for another body, or a second digest beside the right one."""
    other = f"sha-256=:{base64.b64encode(rng.randbytes(32)).decode()}:"

    def changed(name: str, value: str) -> str:
        choices = (other, f"{value}, sha-512=:AAAA:", f"{value}, {other}")
        return rng.choice(choices) if name == "Content-Digest" else value

    return _headed(message, [(name, changed(name, value)) for name, value in message.headers])


_PARAMETERS = (
    ('"@method" ', ""),
    ('"@target-uri" ', ""),
    (' "content-digest"', ""),
    (' "content-digest"', ' "content-digest" "date"'),
    ("created=1772353800", "created=1772353739"),
    ("created=1772353800", "created=1772353860"),
    ("created=1772353800", "created=1772353800.0"),
    ("created=1772353800", "created=999999999999999"),
    ("created=1772353800", "created=-999999999999999"),
    ("huzheng=", "other="),
    (";tag=", ";tag=x;tag="),
    (";keyid=", ';alg="hmac-sha256";keyid='),
    (";keyid=", ";expires=1;keyid="),
    ("huzheng-recognition", "huzheng-recognition-answer"),
    (";nonce=", ";nonce=?1;x="),
    ("keyid=", "keyid=x;key="),
    (";req", ""),
)


def body_targets() -> list[Target]:
    """The bodies, as whoever holds a good key might spoil them."""
    asks, answers = [write_ask(ASK)], [write_answer(RELEASED), canonical_json(_REFUSED)]
    return [
        Target(
            name="ask-body",
            seeds=asks,
            read=read_ask,
            named=(MessageError,),
            entitled=lambda _data, ask: read_ask(write_ask(ask)) == ask,
            mutators=[*json_mutators() * 12, *bytes_mutators(asks)],
        ),
        Target(
            name="answer-body",
            seeds=answers,
            read=lambda data: read_answer(data, lookup_id=LOOKUP),
            named=(MessageError,),
            entitled=lambda _data, answer: read_answer(write_answer(answer), lookup_id=LOOKUP) == answer,
            mutators=[*json_mutators() * 12, *bytes_mutators(answers)],
        ),
    ]


_REFUSED = {"outcome": "refused", "lookup_id": str(LOOKUP), "code": "code.used", "receipt": "d.e.f", "withheld": []}
