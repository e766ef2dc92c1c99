"""Steps shared by the tests of assertions: asking for a token with one, and one made by hand as an attacker makes it."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey

from accounts.core.errors import TokenRefused
from accounts.models import AccessToken, UsedAssertion
from accounts.services.issue_access_token import GivenToken, TokenRequest, issue_access_token
from accounts.services.register_api_client import register_api_client
from certificates.core.signing.public_jwk import public_jwk
from certificates.core.signing.registry import SM2
from tests.integration.accounts_steps import AT, KEY, USCC, claims, token_form

NOW = int(AT.timestamp())
KID = KEY.thumbprint()
HEADER = {"alg": "ES256", "typ": "JWT", "kid": KID}


def give(signed: str | None = None, *, later: float = 0, **changes: str) -> GivenToken:
    return issue_access_token(request=TokenRequest(**token_form(signed, **changes)), at=AT + timedelta(seconds=later))


def refusal(signed: str | None = None, *, later: float = 0, **changes: str) -> str:
    with pytest.raises(TokenRefused) as refused:
        give(signed, later=later, **changes)
    assert not UsedAssertion.objects.exists()
    assert not AccessToken.objects.exists()
    return refused.value.code


def registered_second() -> ECKey:
    """A second system; gives its key."""
    key = ECKey.generate_key("P-256")
    register_api_client(
        client_id="zj-second",
        agency_uscc=USCC,
        keys=key.as_dict(private=False),
        scopes=("verifications:write",),
        at=AT,
    )
    return key


def registered_sm2() -> Any:
    """A second system, whose key is one of SM2; gives its private half."""
    private = SM2.generate()
    register_api_client(
        client_id="zj-guomi",
        agency_uscc=USCC,
        keys={**public_jwk(SM2.public_of(private)), "kid": "sm2-2026", "alg": "SM2SM3"},
        scopes=("verifications:write",),
        at=AT,
    )
    return private


def sm2_claims() -> bytes:
    return json.dumps(claims(iss="zj-guomi", sub="zj-guomi")).encode()


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def der_signature(data: bytes) -> bytes:
    key = KEY.private_key
    assert key is not None
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def raw_signature(data: bytes) -> bytes:
    return b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(der_signature(data)))


def by_hand(header: Any, sign: Callable[[bytes], bytes] = raw_signature, *, payload: bytes | None = None) -> str:
    """A token as an attacker makes it, with no library in the way."""
    parts = (json.dumps(header).encode(), json.dumps(claims()).encode() if payload is None else payload)
    signed = ".".join(base64url(part) for part in parts)
    return f"{signed}.{base64url(sign(signed.encode()))}"
