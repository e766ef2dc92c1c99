"""What an agency's system sends about itself, of another kind than agreed: refused by name, never an unnamed error."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from accounts.core.client_assertion import read_assertion
from accounts.core.client_keys import client_keys
from accounts.core.errors import AccountsError


def coded(members: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(members).encode()).decode().rstrip("=")


HEADERS = [
    *({"typ": value} for value in ([], {}, ["JWT"], 1, True, "at+jwt", "kb+jwt", "")),
    *({"alg": value} for value in ([], {}, ["ES256"], 1, None)),
    *({"kid": value} for value in ([], {}, ["k"], 1, "", None)),
]


@pytest.mark.parametrize("changes", HEADERS, ids=str)
def test_refuses_a_header_member_of_another_kind(changes: dict[str, Any]) -> None:
    header = {"alg": "ES256", "kid": "k", "typ": "JWT"} | changes
    with pytest.raises(AccountsError) as caught:
        read_assertion(f"{coded(header)}.{coded({'iss': 'hz-desk', 'sub': 'hz-desk'})}.AAAA")
    assert caught.value.code == "oauth.assertion"


@pytest.mark.parametrize("value", [[], {}, ["P-256"], 1, True, None, "P-384", ""])
@pytest.mark.parametrize("member", ["crv", "kty", "x"])
def test_refuses_a_key_with_a_member_of_another_kind(member: str, value: object) -> None:
    with pytest.raises(AccountsError) as caught:
        client_keys({"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43} | {member: value})
    assert caught.value.code == "api_client.key"
