"""Receipts of either profile, signed one by one or together under one dear signature, verify alike."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from certificates.adapters.node_keys import node_signer
from certificates.core.signing.cost import is_dear
from certificates.models import NodeKey
from certificates.services.initialise_node import initialise_node
from tests.integration.keys import trusted
from tests.integration.threads import at_once
from tests.log_steps import NOW, look
from verification.core.log_names import log_origin
from verification.core.receipt import ReceiptState, VerifiedReceipt, unverified_promise, verify_receipt
from verification.queries.node_keys import active_kid
from verification.services.sign_receipt import sign_receipt
from verification.services.trusted_log_keys import trusted_log_keys

THREADS, EACH = 8, 6


@pytest.fixture
def guomi(node_folder: object, settings: Any) -> None:
    settings.NODE = replace(settings.NODE, profile="guomi")
    initialise_node(at=NOW - timedelta(days=1))


def verified(receipt: str, settings: Any) -> VerifiedReceipt:
    kid = active_kid(purpose="receipt")
    return verify_receipt(
        receipt,
        receipt_keys={kid: trusted(NodeKey.objects.get(kid=kid))},
        log_key=trusted_log_keys(at=NOW)[0],
        origin=log_origin(settings.NODE.region),
        witness_keys=(),
        at=NOW,
    )


def test_which_signatures_are_dear() -> None:
    assert not is_dear(suite="ES256", backend="software")
    assert is_dear(suite="SM2", backend="software")
    assert is_dear(suite="ES256", backend="pkcs11")


@pytest.mark.django_db
def test_a_lone_receipt_of_a_guomi_node_is_signed_by_itself(guomi: None, settings: Any) -> None:
    recorded = look()
    assert recorded.receipt.count(".") == 2
    assert verified(recorded.receipt, settings).promise.entry == recorded.entry
    assert node_signer(purpose="receipt", kid=active_kid(purpose="receipt")).is_dear


@pytest.mark.django_db(transaction=True)
def test_receipts_asked_for_at_once_all_verify(guomi: None, settings: Any) -> None:
    entry = look().entry
    ids = [[uuid4() for _ in range(EACH)] for _ in range(THREADS)]

    def sign(number: int) -> list[str]:
        return [sign_receipt(lookup_id=one, entry=entry, at=NOW) for one in ids[number]]

    for thread, receipts in enumerate(at_once(THREADS, sign)):
        for one, receipt in zip(ids[thread], receipts, strict=True):
            assert unverified_promise(receipt).lookup_id == str(one)
            assert verified(receipt, settings).state is ReceiptState.PROMISED


@pytest.mark.django_db
def test_an_international_node_signs_each_receipt_by_itself(node_folder: object, settings: Any) -> None:
    settings.NODE = replace(settings.NODE, profile="international")
    initialise_node(at=NOW - timedelta(days=1))
    recorded = look()
    assert not node_signer(purpose="receipt", kid=active_kid(purpose="receipt")).is_dear
    assert recorded.receipt.count(".") == 2
    assert verified(recorded.receipt, settings).state is ReceiptState.PROMISED
