"""A receipt proves its look-up offline, reports a promise not kept, and refuses everything that does not match."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import ECKey

from certificates.core.canonical import b64url, b64url_decode_strict
from certificates.core.signing.jws import sign_jws
from certificates.core.signing.registry import SM2
from tests.unit.suite_in_use import sample_keys, sample_signer, sample_trusted_key, using
from verification.core.checkpoint import add_signature_lines, build_checkpoint, cosign
from verification.core.errors import LogError, ReceiptError
from verification.core.lookup_entry import EntryKind, build_entry, open_commitment
from verification.core.merkle import CompactRange, inclusion_proof, leaf_hash
from verification.core.note import NoteKey, NoteSigner, SignatureType, signature_line
from verification.core.receipt import (
    ReceiptState,
    build_receipt,
    complete_receipt,
    unverified_promise,
    verify_receipt,
)

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
ORIGIN = "zhejiang.example/log"


pytestmark = pytest.mark.usefixtures("every_suite")


def note_signer(name: str, seed: int, kind: SignatureType) -> NoteSigner:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    key = NoteKey(name=name, public_key=private.public_key().public_bytes_raw(), kind=kind)
    return NoteSigner(key=key, sign=private.sign)


LOG = note_signer(ORIGIN, 1, SignatureType.ED25519)
WITNESS = note_signer("shanghai.example/witness", 2, SignatureType.COSIGNATURE_V1)
ENTRY, OPENINGS = build_entry(
    kind=EntryKind.LOOKUP_VERIFIED, hour="2026-03-01T08Z", members={"verdict": "VALID"}, random=os.urandom
)


def tree_of(size: int, *, entry: bytes, index: int) -> tuple[bytes, tuple[bytes, ...]]:
    leaves = [leaf_hash(b"other %d" % number) for number in range(size)]
    leaves[index] = leaf_hash(entry)
    tree, nodes = CompactRange(), {}
    for new in tree.extend(leaves):
        nodes.update({(new.level, new.start + at): value for at, value in enumerate(new.hashes)})
    proof = inclusion_proof(index=index, size=size, node_at=lambda level, at: nodes[level, at])
    return tree.root(), proof


def promised(**change: Any) -> str:
    given: dict[str, Any] = {
        "entry_bytes": ENTRY,
        "lookup_id": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "node_region": "330000",
        "origin": ORIGIN,
        "at": AT,
        "promised_by": AT + timedelta(seconds=60),
        "signer": sample_signer(),
    }
    return build_receipt(**{**given, **change})


def completed(receipt: str | None = None, *, log: NoteSigner = LOG) -> bytes:
    root, proof = tree_of(11, entry=ENTRY, index=6)
    note = build_checkpoint(origin=log.key.name, size=11, root=root, signer=log)
    note = add_signature_lines(note, lines=[cosign(note, at=AT + timedelta(seconds=2), signer=WITNESS)])
    return complete_receipt(receipt=receipt or promised(), index=6, size=11, proof=proof, checkpoint=note)


def verified(receipt: str | bytes, **change: Any) -> Any:
    given: dict[str, Any] = {
        "receipt_keys": sample_keys(),
        "log_key": LOG.key,
        "origin": ORIGIN,
        "witness_keys": [WITNESS.key],
        "at": AT + timedelta(seconds=5),
    }
    return verify_receipt(receipt, **{**given, **change})


def refused(receipt: str | bytes, **change: Any) -> str:
    with pytest.raises(ReceiptError) as caught:
        verified(receipt, **change)
    return caught.value.code


def edited(**change: Any) -> bytes:
    return rfc8785.dumps({**json.loads(completed()), **change})


def with_payload(**change: Any) -> str:
    """A receipt by the right key whose payload says something else."""
    payload = {**json.loads(b64url_decode_strict(promised().split(".")[1])), **change}
    return sign_jws(header_extra={}, typ="huzheng-receipt+jwt", payload=rfc8785.dumps(payload), signer=sample_signer())


def signed_as_it_is(payload: bytes) -> str:
    return sign_jws(header_extra={}, typ="huzheng-receipt+jwt", payload=payload, signer=sample_signer())


def test_an_independent_library_verifies_the_promise() -> None:
    with using("ES256"):
        key = ECKey.import_key(sample_trusted_key().public_key)
        token = jws.deserialize_compact(promised(), key, algorithms=["ES256"])
    assert token.headers()["typ"] == "huzheng-receipt+jwt"
    payload = json.loads(token.payload)
    assert payload["iat"] == int(AT.timestamp())
    assert payload["promised_by"] - payload["iat"] == 60
    assert payload["leaf"] == b64url(leaf_hash(ENTRY))


def test_a_promise_holds_until_its_time_and_is_overdue_after() -> None:
    within = verified(promised(), at=AT + timedelta(seconds=60))
    assert (within.state, within.code) == (ReceiptState.PROMISED, None)
    after = verified(promised(), at=AT + timedelta(seconds=61))
    assert (after.state, after.code) == (ReceiptState.OVERDUE, "receipt.promise_overdue")
    assert after.promise.region == "330000"


def test_a_completed_receipt_proves_inclusion_and_names_its_witnesses() -> None:
    found = verified(completed(), at=AT + timedelta(days=3650))
    assert (found.state, found.code, found.index) == (ReceiptState.INCLUDED, None, 6)
    assert found.checkpoint.size == 11
    assert [each.name for each in found.cosignatures] == [WITNESS.key.name]
    assert open_commitment(found.entry, "verdict", OPENINGS["verdict"])
    assert verified(completed(), witness_keys=[]).cosignatures == ()
    assert verified(completed().decode()) == verified(completed())


def test_a_receipt_tells_its_region_before_any_key_is_known() -> None:
    for receipt in (promised(), completed()):
        assert unverified_promise(receipt).region == "330000"


def test_refuses_a_receipt_by_another_key_or_of_another_type() -> None:
    stranger = sample_signer(2)
    impostor = replace(stranger, kid=sample_signer().kid)
    assert refused(promised(signer=stranger)) == "receipt.key_unknown"
    assert refused(promised(signer=impostor)) == "receipt.signature"
    assert (
        refused(sign_jws(header_extra={}, typ="statuslist+jwt", payload=b"{}", signer=sample_signer()))
        == "receipt.signature"
    )
    assert refused(completed(promised(signer=impostor))) == "receipt.signature"


def test_refuses_a_receipt_whose_leaf_is_not_that_of_its_entry() -> None:
    assert refused(with_payload(leaf=b64url(bytes(32)))) == "receipt.leaf"


def test_refuses_a_receipt_for_another_log_or_from_the_future() -> None:
    assert refused(promised(origin="jiangsu.example/log")) == "receipt.origin"
    assert verified(promised(), at=AT - timedelta(seconds=60)).state is ReceiptState.PROMISED
    assert refused(promised(), at=AT - timedelta(seconds=61)) == "receipt.future"


def test_refuses_a_good_proof_of_another_entry() -> None:
    entry, _ = build_entry(kind=EntryKind.LOOKUP_SELF, hour="2026-03-01T08Z", members={}, random=os.urandom)
    assert refused(completed(promised(entry_bytes=entry))) == "receipt.inclusion"


def test_refuses_a_proof_for_another_index_or_with_a_changed_hash() -> None:
    proof = json.loads(completed())["proof"]
    assert refused(edited(index=7)) == "receipt.inclusion"
    assert refused(edited(index=-1)) == "receipt.inclusion"
    assert refused(edited(proof=proof[:-1])) == "receipt.inclusion"
    assert refused(edited(proof=[*proof[1:], proof[0]])) == "receipt.inclusion"
    assert refused(edited(proof=[*proof[1:], "AAAA"])) == "receipt.inclusion"


def test_refuses_a_head_that_the_log_did_not_sign() -> None:
    note = json.loads(completed())["checkpoint"]
    assert refused(edited(checkpoint=note.replace("\n11\n", "\n12\n"))) == "receipt.checkpoint"
    assert refused(edited(checkpoint="nothing")) == "receipt.checkpoint"
    assert refused(completed(log=note_signer(ORIGIN, 9, SignatureType.ED25519))) == "receipt.checkpoint"
    assert refused(completed(log=note_signer("jiangsu.example/log", 1, SignatureType.ED25519))) == "receipt.checkpoint"


def test_refuses_a_false_cosignature_of_a_named_witness_and_ignores_one_of_a_stranger() -> None:
    note = json.loads(completed())["checkpoint"]
    line = note.splitlines(keepends=True)[-1]
    broken = note.replace(line, line[:-6] + ("A" if line[-6] != "A" else "B") + line[-5:])
    assert refused(edited(checkpoint=broken)) == "receipt.cosignature"
    assert verified(edited(checkpoint=broken), witness_keys=[]).state is ReceiptState.INCLUDED


@pytest.mark.parametrize(
    "receipt",
    [
        lambda: "",
        lambda: "a.b",
        lambda: "数",
        lambda: b"\xff",
        lambda: "{}",
        lambda: b"{",
        lambda: b"[]",
        lambda: completed()[:-1],
        lambda: edited(v=2),
        lambda: promised() + "\ud800",
        lambda: edited(v=True),
        lambda: edited(more=1),
        lambda: edited(index="6"),
        lambda: edited(index=True),
        lambda: edited(index=6.5),
        lambda: edited(proof="x"),
        lambda: edited(proof=[1]),
        lambda: edited(proof=5),
        lambda: edited(proof={}),
        lambda: edited(proof=["="]),
        lambda: edited(proof=["AAAA"] * 64),
        lambda: edited(receipt=1),
        lambda: edited(checkpoint=None),
        lambda: completed().replace(b'{"checkpoint"', b'{"index":6,"checkpoint"'),
        lambda: signed_as_it_is(b"[]"),
        lambda: signed_as_it_is(b"7"),
        lambda: with_payload(v=2),
        lambda: with_payload(more=1),
        lambda: with_payload(iat="1"),
        lambda: with_payload(iat=-1),
        lambda: with_payload(promised_by=10**15),
        lambda: with_payload(region=330000),
        lambda: with_payload(entry="a="),
        lambda: with_payload(entry=b64url(b"{}"), leaf=b64url(leaf_hash(b"{}"))),
    ],
)
def test_refuses_a_malformed_receipt(receipt: Callable[[], str | bytes]) -> None:
    assert refused(receipt()) in {"receipt.malformed", "receipt.signature"}


def test_refuses_to_promise_the_past_or_something_that_is_no_entry() -> None:
    with pytest.raises(ReceiptError) as caught:
        promised(promised_by=AT)
    assert caught.value.code == "receipt.malformed"
    with pytest.raises(LogError):
        promised(entry_bytes=b"{}")


def test_refuses_to_complete_with_a_head_of_another_size() -> None:
    note = build_checkpoint(origin=ORIGIN, size=12, root=bytes(32), signer=LOG)
    with pytest.raises(ReceiptError) as caught:
        complete_receipt(receipt=promised(), index=6, size=11, proof=(), checkpoint=note)
    assert caught.value.code == "receipt.checkpoint"


def test_refuses_a_head_whose_sm2_line_does_not_hold() -> None:
    """A guomi node's log adds the line; who knows its key reads it, who does not passes over it."""
    private = SM2.generate()
    key = NoteKey(name=ORIGIN, public_key=SM2.spki_of(SM2.public_of(private)), kind=SignatureType.SM2)
    note = json.loads(completed())["checkpoint"]
    text = note[: note.rindex("\n\n") + 1].encode()
    for signed, good in ((text, True), (text + b"!", False)):
        line = signature_line(key=key, signature=SM2.sign(private, signed))
        receipt = edited(checkpoint=note + line)
        assert verified(receipt).state is ReceiptState.INCLUDED
        if good:
            assert verified(receipt, added_keys=[key]).state is ReceiptState.INCLUDED
        else:
            assert refused(receipt, added_keys=[key]) == "receipt.checkpoint"
