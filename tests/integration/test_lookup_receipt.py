"""Receipts: a promise, then a proof that verifies offline; handed to the parties of a look-up only."""

from datetime import timedelta
from uuid import uuid4

import pytest

from certificates.models import NodeKey
from certificates.services.create_node_keys import create_node_keys
from tests.integration.keys import trusted
from tests.log_steps import NOW, Peer, holder_caller, look, make_certificate, make_holder, officer, trust
from verification.adapters.witness_client import WitnessReply
from verification.core.add_checkpoint import parse_add_checkpoint
from verification.core.errors import ReceiptError
from verification.core.log_names import log_origin
from verification.core.receipt import PROMISE_OVERDUE, ReceiptState, VerifiedReceipt, unverified_promise, verify_receipt
from verification.queries.node_keys import active_kid
from verification.services import collect_cosignatures as collecting
from verification.services.collect_cosignatures import collect_cosignatures
from verification.services.lookup_receipt import lookup_receipt, receipt_of
from verification.services.publish_log import publish_log
from verification.services.record_lookup import Subject
from verification.services.trusted_log_keys import trusted_log_keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]


def verified(content: bytes, settings, *, at=NOW, witnesses=()) -> VerifiedReceipt:
    kid = active_kid(purpose="receipt")
    origin = log_origin(settings.NODE.region)
    return verify_receipt(
        content,
        receipt_keys={kid: trusted(NodeKey.objects.get(kid=kid))},
        log_key=trusted_log_keys(at=at)[0],
        origin=origin,
        witness_keys=witnesses,
        at=at,
    )


def test_a_receipt_is_a_promise_until_the_tree_has_the_entry_then_a_proof(settings) -> None:
    recorded = look()
    promised = lookup_receipt(caller=officer(), lookup_id=recorded.lookup_id, at=NOW)
    assert not promised.completed
    assert verified(promised.content, settings).state is ReceiptState.PROMISED
    publish_log(at=NOW)
    completed = lookup_receipt(caller=officer(), lookup_id=recorded.lookup_id, at=NOW)
    assert completed.completed
    proved = verified(completed.content, settings)
    assert proved.state is ReceiptState.INCLUDED
    assert proved.promise.entry == recorded.entry


def test_a_receipt_fetched_after_the_key_changed_is_believed(settings) -> None:
    """Nobody believes a key before its time, so what a newer key signs must not be dated before it."""
    recorded = look()
    publish_log(at=NOW)
    later = NOW + timedelta(days=3, milliseconds=1500)
    NodeKey.objects.filter(purpose="receipt").update(state="retired", to_at=later)
    create_node_keys(at=later)

    content = receipt_of(lookup_id=recorded.lookup_id).content
    promise = unverified_promise(content)
    assert (later - promise.issued_at) < timedelta(seconds=1)
    assert promise.promised_by == unverified_promise(recorded.receipt).promised_by
    proved = verified(content, settings, at=later)
    assert proved.state is ReceiptState.INCLUDED
    assert proved.promise.entry == recorded.entry


def test_a_promise_not_kept_is_told_as_overdue(settings) -> None:
    recorded = look()
    late = verified(recorded.receipt.encode(), settings, at=NOW + timedelta(seconds=61))
    assert (late.state, late.code) == (ReceiptState.OVERDUE, PROMISE_OVERDUE)


def test_every_receipt_of_a_growing_log_verifies(settings) -> None:
    recorded = []
    for count in (1, 2, 4, 3):
        recorded += [look() for _ in range(count)]
        publish_log(at=NOW)
        for item in recorded:
            receipt = lookup_receipt(caller=officer(), lookup_id=item.lookup_id, at=NOW)
            assert verified(receipt.content, settings).state is ReceiptState.INCLUDED


def test_a_cosigned_head_is_preferred_and_its_cosignature_verifies(settings, monkeypatch) -> None:
    peer = Peer()
    trust(settings, peer)
    monkeypatch.setattr(
        collecting,
        "ask_witness",
        lambda *, body, **_: WitnessReply(status=200, text=peer.cosign(parse_add_checkpoint(body).note)),
    )
    recorded = look()
    publish_log(at=NOW)
    collect_cosignatures(at=NOW)
    look()
    publish_log(at=NOW)
    receipt = lookup_receipt(caller=officer(), lookup_id=recorded.lookup_id, at=NOW)
    assert receipt.cosigned_by == 1
    proved = verified(receipt.content, settings, witnesses=[peer.witness])
    assert [item.name for item in proved.cosignatures] == [peer.witness.name]
    assert proved.checkpoint is not None
    assert proved.checkpoint.size == 1


def test_refuses_a_receipt_to_anyone_who_is_no_party_and_tells_nothing_apart() -> None:
    owner = Subject(holder_id=make_holder(), certificate_id=make_certificate())
    recorded = look(subjects=[owner])
    assert lookup_receipt(caller=holder_caller(owner.holder_id), lookup_id=recorded.lookup_id, at=NOW)
    told = []
    for caller, lookup_id in (
        (officer("8"), recorded.lookup_id),
        (holder_caller(make_holder()), recorded.lookup_id),
        (officer(), uuid4()),
    ):
        with pytest.raises(ReceiptError) as refused:
            lookup_receipt(caller=caller, lookup_id=lookup_id, at=NOW)
        told.append((refused.value.code, str(refused.value)))
    assert len(set(told)) == 1
    assert told[0][0] == "receipt.unknown"
