"""Fields of signed messages of another kind or length than agreed: refused by name before anything is computed."""

import re

import pytest

from tests.unit.verification.message_steps import (
    COMPONENTS,
    LINES,
    NONCE,
    PARAMETERS,
    edited,
    refused,
    signed,
    signed_by_hand,
)
from verification.core.errors import MessageError


@pytest.mark.parametrize("nonce", ["5", "?1", "1.5", ":AAAA:", "token-token-token-token", "@1772353800"])
def test_refuses_a_nonce_that_is_no_text(nonce: str) -> None:
    request = edited(signed(), "Signature-Input", lambda value: value.replace(f'"{NONCE}"', nonce))
    assert refused(request) == "message.nonce"


@pytest.mark.parametrize("keyid", ["5", "?1", ":AAAA:", "token"])
def test_refuses_a_key_id_that_is_no_text(keyid: str) -> None:
    request = edited(signed(), "Signature-Input", lambda value: re.sub(r'keyid="[^"]*"', f"keyid={keyid}", value))
    assert refused(request) == "message.key_unknown"


@pytest.mark.parametrize("name", ["Content-Digest", "Signature-Input", "Signature"])
def test_refuses_a_header_that_is_empty_or_longer_than_any_of_ours(name: str) -> None:
    longest = 4096
    padded = edited(signed(), name, lambda value: value + ', x=":' + "A" * (longest - len(value)) + ':"')
    for request in (edited(signed(), name, lambda _: ""), padded):
        assert refused(request) == "message.components"


@pytest.mark.parametrize("nonce", ["", "short", "x" * 21, "x" * 129, "x" * 22 + " ", "x" * 22 + '"', "字" * 22])
def test_refuses_a_nonce_below_128_bits_or_of_other_characters(nonce: str) -> None:
    with pytest.raises(MessageError) as caught:
        signed(nonce=nonce)
    assert caught.value.code == "message.nonce"
    if nonce.isascii() and '"' not in nonce:
        assert refused(signed_by_hand(COMPONENTS, PARAMETERS.replace(NONCE, nonce), lines=LINES)) == "message.nonce"


def test_refuses_a_signature_under_another_label_or_of_another_kind() -> None:
    for change in (
        lambda text: text.replace("huzheng=", "other="),
        lambda _text: 'huzheng="text"',
        lambda _text: "huzheng",
        lambda _text: "huzheng=(:AAAA:)",
        lambda _text: "huzheng=:AAAA:",
        lambda text: text + ";x=1",
        lambda _text: "huzheng=::",
    ):
        assert refused(edited(signed(), "Signature", change)) == "message.signature"
    for change in (
        lambda _text: 'huzheng="x";tag="huzheng-recognition"',
        lambda _text: 'huzheng;tag="huzheng-recognition"',
    ):
        assert refused(edited(signed(), "Signature-Input", change)) == "message.signature"
