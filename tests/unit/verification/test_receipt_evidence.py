"""A receipt that somebody brings: which log keys its proof may be signed with, and when that takes a witness."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.unit.verification.province import GD, NOW, SINCE, ZJ, make_world, signer_of, spki_of
from verification.core.checkpoint import add_signature_lines, build_checkpoint, cosign
from verification.core.evidence import Evidence, InputKind, Missing
from verification.core.lookup_entry import EntryKind, build_entry
from verification.core.merkle import leaf_hash
from verification.core.note import NoteKey, NoteSigner, SignatureType
from verification.core.receipt import ReceiptState, VerifiedReceipt, build_receipt, complete_receipt
from verification.core.receipt_evidence import receipt_evidence
from verification.core.trust_keys import NodeKeyEntry, Purpose, Witness, node_key
from verification.core.trust_list import TrustList
from verification.core.verdict import VerdictOutcome
from verification.core.verify import verify

END = NOW - timedelta(days=100)
WORLD = make_world()
REGION = WORLD.trust_list.region(ZJ)
_WITNESS_KEY = Ed25519PrivateKey.generate()


def _note_signer(name: str, key: Ed25519PrivateKey, kind: SignatureType) -> NoteSigner:
    return NoteSigner(key=NoteKey(name=name, public_key=key.public_key().public_bytes_raw(), kind=kind), sign=key.sign)


WITNESS = _note_signer("gd.example/witness", _WITNESS_KEY, SignatureType.COSIGNATURE_V1)
STRANGER = _note_signer("stranger.example/w", Ed25519PrivateKey.generate(), SignatureType.COSIGNATURE_V1)


def log_key(**period: object) -> NodeKeyEntry:
    return node_key(suite="Ed25519", spki=spki_of(WORLD.zj.log_key), **period)  # type: ignore[arg-type]


SUCCESSOR = node_key(suite="Ed25519", spki=spki_of(Ed25519PrivateKey.generate()), valid_from=END)


def listed(*log_keys: NodeKeyEntry) -> TrustList:
    """The trust list with these log keys for Zhejiang and a witness of Guangdong."""
    regions = dict(WORLD.trust_list.regions)
    regions[ZJ] = replace(REGION, keys={**REGION.keys, Purpose.LOG: log_keys})
    regions[GD] = replace(regions[GD], witnesses=(Witness(name=WITNESS.key.name, vkey=WITNESS.key.vkey),))
    return replace(WORLD.trust_list, regions=regions)


def receipt(*witnesses: NoteSigner) -> bytes:
    """A completed receipt dated before the end of the log key that signed its head."""
    issued_at = END - timedelta(days=1)
    entry, _ = build_entry(
        kind=EntryKind.LOOKUP_VERIFIED, hour="2026-02-01T08Z", members={"verdict": "VALID"}, random=os.urandom
    )
    promise = build_receipt(
        entry_bytes=entry,
        lookup_id="0f8fad5b-d9cb-469f-a165-70867728950e",
        node_region=ZJ,
        origin=REGION.log_origin,
        at=issued_at,
        promised_by=issued_at + timedelta(seconds=60),
        signer=signer_of(WORLD.zj.node_keys[Purpose.RECEIPT]),
    )
    log = _note_signer(REGION.log_origin, WORLD.zj.log_key, SignatureType.ED25519)
    note = build_checkpoint(origin=REGION.log_origin, size=1, root=leaf_hash(entry), signer=log)
    lines = [cosign(note, at=issued_at, signer=witness) for witness in witnesses]
    note = add_signature_lines(note, lines=lines) if lines else note
    return complete_receipt(receipt=promise, index=0, size=1, proof=(), checkpoint=note)


def judged(data: bytes, trust_list: TrustList) -> tuple[VerifiedReceipt, VerdictOutcome]:
    found = receipt_evidence(data, trust_list=trust_list, at=NOW)
    assert isinstance(found, VerifiedReceipt)
    gone = Missing(code="x")
    evidence = Evidence(
        kind=InputKind.RECEIPT,
        lookup_id="",
        own_region=GD,
        presented=gone,
        trust_list=trust_list,
        agency_keys=gone,
        status=gone,
        receipt=found,
    )
    return found, verify(evidence, NOW).outcome


@pytest.mark.parametrize("witnesses", [(), (STRANGER,)], ids=["none", "not listed"])
@pytest.mark.parametrize(
    "period",
    [{"valid_from": SINCE, "valid_to": END}, {"valid_from": NOW + timedelta(days=1)}],
    ids=["ended", "pending"],
)
def test_refuses_a_head_under_a_log_key_that_is_not_in_force_and_that_no_listed_witness_saw(
    period: dict[str, object], witnesses: tuple[NoteSigner, ...]
) -> None:
    found, outcome = judged(receipt(*witnesses), listed(log_key(**period), SUCCESSOR))
    assert (found.state, found.code) == (ReceiptState.UNWITNESSED, "receipt.head_unwitnessed")
    assert outcome is VerdictOutcome.UNDETERMINED


def test_takes_a_head_under_an_ended_log_key_that_a_listed_witness_saw() -> None:
    found, outcome = judged(receipt(WITNESS), listed(log_key(valid_from=SINCE, valid_to=END), SUCCESSOR))
    assert (found.state, found.code, len(found.cosignatures)) == (ReceiptState.INCLUDED, None, 1)
    assert outcome is VerdictOutcome.VALID


def test_takes_a_head_under_the_log_key_in_force_without_a_witness_though_it_is_listed_twice() -> None:
    for keys in (
        (log_key(valid_from=SINCE),),
        (log_key(valid_from=SINCE, valid_to=END), log_key(valid_from=END)),
    ):
        found, outcome = judged(receipt(), listed(*keys))
        assert (found.state, outcome) == (ReceiptState.INCLUDED, VerdictOutcome.VALID)
