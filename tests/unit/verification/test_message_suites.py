"""A message's key decides its algorithm, over every suite that messages are signed with."""

import pytest

from certificates.core.signing.suite import Signer
from tests.unit.verification.test_message_signature import (
    COMPONENTS,
    EC,
    ED,
    LINES,
    PARAMETERS,
    SM,
    refused,
    signed_by_hand,
    verified,
)

SIGNERS = pytest.mark.parametrize("signer", [ED, EC, SM], ids=["Ed25519", "ES256", "SM2"])


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
