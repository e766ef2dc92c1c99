"""A message's key decides its algorithm, over every suite that messages are signed with."""

import hashlib
from dataclasses import dataclass, replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.core.signing.suite import Signer, TrustedKey
from tests.unit.verification.message_steps import (
    COMPONENTS,
    EC,
    ED,
    KEYS,
    LINES,
    PARAMETERS,
    SIGNERS,
    SM,
    Ed25519Signer,
    refused,
    signed,
    signed_by_hand,
    verified,
)
from verification.core.errors import MessageError


@SIGNERS
def test_each_key_takes_the_name_of_its_own_algorithm_only(signer: Signer) -> None:
    names = {"Ed25519": "ed25519", "ES256": "ecdsa-p256-sha256", "SM2": "sm2-sm3"}
    for suite, name in names.items():
        given = PARAMETERS.replace(ED.kid, signer.kid)
        request = signed_by_hand(COMPONENTS, f';alg="{name}"{given}', lines=LINES, signer=signer)
        if suite == signer.suite:
            assert verified(request).keyid == signer.kid
        else:
            assert refused(request) == "message.algorithm"


@SIGNERS
def test_refuses_a_signature_by_another_key_of_the_suite_or_of_another_suite(signer: Signer) -> None:
    for other in (ED, EC, SM):
        request = signed_by_hand(COMPONENTS, PARAMETERS.replace(ED.kid, signer.kid), lines=LINES, signer=other)
        if other is not signer:
            assert refused(request) == "message.signature"


def test_refuses_a_stated_algorithm_that_is_not_the_keys() -> None:
    for stated in (
        '"hmac-sha256"',
        '"rsa-v1_5-sha256"',
        '"ecdsa-p256-sha256"',
        '"sm2-sm3"',
        '"none"',
        '""',
        "ed25519",
        "?1",
        '"Ed25519"',
    ):
        request = signed_by_hand(COMPONENTS, f";alg={stated}{PARAMETERS}", lines=LINES)
        assert refused(request) == "message.algorithm", stated


def test_refuses_an_hmac_made_with_the_public_key() -> None:
    public = ED.private_key.public_key().public_bytes_raw()

    @dataclass(frozen=True)
    class HmacSigner:
        kid: str = ED.kid
        suite: str = "Ed25519"

        def sign(self, data: bytes) -> bytes:
            return hashlib.sha256(public + data).digest() * 2

    assert refused(signed(signer=HmacSigner())) == "message.signature"


def test_refuses_a_key_of_a_suite_that_messages_do_not_know() -> None:
    for suite in ("RS256", "HS256", ""):
        keys = {ED.kid: TrustedKey(kid=ED.kid, suite=suite, public_key=ED.private_key.public_key())}
        assert (
            refused(signed_by_hand(COMPONENTS, ';alg="ed25519"' + PARAMETERS, lines=LINES), keys=keys)
            == "message.algorithm"
        )
        assert refused(signed(), keys=keys) == "message.algorithm"
        with pytest.raises(MessageError):
            signed(signer=Ed25519Signer(kid=ED.kid, private_key=ED.private_key, suite=suite))


def test_refuses_a_key_object_of_another_kind_than_its_suite() -> None:
    mixed = {ED.kid: replace(KEYS[EC.kid], kid=ED.kid), EC.kid: replace(KEYS[EC.kid], suite="Ed25519")}
    assert refused(signed(), keys=mixed) == "message.signature"
    assert refused(signed(signer=EC), keys=mixed) == "message.signature"


def test_refuses_an_unknown_key_and_a_good_signature_by_another_key() -> None:
    assert refused(signed(), keys={}) == "message.key_unknown"
    stranger = Ed25519Signer(kid=ED.kid, private_key=Ed25519PrivateKey.from_private_bytes(b"\x06" * 32))
    assert refused(signed(signer=stranger)) == "message.signature"
