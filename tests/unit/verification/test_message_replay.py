"""A message counts once, within a minute of its making, and at the address that it was made for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.verification.message_steps import (
    AT,
    COMPONENTS,
    EC,
    KEYS,
    LINES,
    NONCE,
    PARAMETERS,
    PLAIN,
    TARGET,
    answered,
    refused,
    refused_answer,
    signed,
    signed_by_hand,
    verified,
)
from verification.core.errors import MessageError
from verification.core.message_signature import verify_response


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
