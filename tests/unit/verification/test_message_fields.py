"""Fields of signed messages of another kind or length than agreed: refused by name before anything is computed."""

import re

import pytest

from tests.unit.verification.test_message_signature import NONCE, edited, refused, signed


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
