"""A witness cosigns only what a trusted log signed and what grew from the head it cosigned last (C2SP tlog-witness)."""

from dataclasses import replace
from http import HTTPStatus

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.log_steps import NOW, PEER, Peer, trust
from verification.core.add_checkpoint import build_add_checkpoint
from verification.core.checkpoint import add_signature_lines, verify_cosignature
from verification.core.errors import TrustListError
from verification.core.log_names import log_origin, witness_name
from verification.core.note import SignatureType
from verification.models import WitnessedLog
from verification.services.cosign_checkpoint import WitnessAnswer, cosign_checkpoint
from verification.services.sign_note import sign_note

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]


@pytest.fixture
def peer(settings) -> Peer:
    peer = Peer()
    trust(settings, peer)
    peer.grow(5)
    return peer


def ask(
    peer: Peer, *, old_size: int, note: bytes | None = None, proof: tuple[bytes, ...] | None = None
) -> WitnessAnswer:
    body = build_add_checkpoint(
        old_size=old_size,
        proof=peer.proof(old_size=old_size) if proof is None else proof,
        note=peer.note() if note is None else note,
    )
    return cosign_checkpoint(body=body, at=NOW)


def witnessed() -> int:
    return WitnessedLog.objects.get(origin=log_origin(PEER)).size


def test_a_growing_log_is_cosigned_with_a_line_that_verifies(peer: Peer, settings) -> None:
    for old_size, growth in ((0, 0), (5, 7), (12, 0), (12, 300)):
        peer.grow(growth)
        status, line = ask(peer, old_size=old_size)
        assert status == HTTPStatus.OK
        key = sign_note(purpose="witness").key
        assert key.name == witness_name(settings.NODE.region)
        assert key.kind is SignatureType.COSIGNATURE_V1
        cosigned = verify_cosignature(add_signature_lines(peer.note(), lines=[line]), key=key)
        assert cosigned.at == NOW.replace(microsecond=0)
        assert witnessed() == len(peer.leaves)


def test_refuses_a_log_that_shrank_and_tells_the_size_it_knows(peer: Peer) -> None:
    assert ask(peer, old_size=0).status == HTTPStatus.OK
    smaller = peer.note(size=3)
    assert ask(peer, old_size=5, note=smaller, proof=()).status == HTTPStatus.BAD_REQUEST
    for old_size, proof in ((0, ()), (3, ())):
        assert ask(peer, old_size=old_size, note=smaller, proof=proof) == (HTTPStatus.CONFLICT, "5\n")
    assert witnessed() == 5


def test_refuses_a_log_that_rewrote_an_entry(peer: Peer) -> None:
    assert ask(peer, old_size=0).status == HTTPStatus.OK
    peer.leaves[1] = bytes(32)
    peer.grow(4)
    assert ask(peer, old_size=5).status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert witnessed() == 5


def test_refuses_a_proof_that_was_tampered_with(peer: Peer) -> None:
    assert ask(peer, old_size=0).status == HTTPStatus.OK
    peer.grow(8)
    proof = peer.proof(old_size=5)
    for bad in ((), proof[:-1], (*proof, bytes(32)), (bytes(32), *proof[1:])):
        assert ask(peer, old_size=5, proof=bad).status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert ask(peer, old_size=5).status == HTTPStatus.OK


def test_refuses_a_second_tree_of_the_same_size_and_keeps_both_heads(peer: Peer, settings) -> None:
    assert ask(peer, old_size=0).status == HTTPStatus.OK
    first = peer.note().decode()
    second = peer.note(root=bytes(32))
    assert ask(peer, old_size=5, note=second, proof=()) == (HTTPStatus.CONFLICT, "5\n")
    (evidence,) = (settings.NODE.var / "evidence").iterdir()
    assert evidence.read_text() == f"{first}\n{second.decode()}"
    evidence.unlink()


def test_refuses_a_head_signed_by_another_key(peer: Peer) -> None:
    stranger = replace(peer, log_key=Ed25519PrivateKey.generate())
    assert ask(stranger, old_size=0).status == HTTPStatus.FORBIDDEN
    assert not WitnessedLog.objects.exists()


def test_refuses_a_head_whose_text_was_changed_after_signing(peer: Peer) -> None:
    changed = peer.note().replace(b"\n5\n", b"\n6\n")
    assert ask(peer, old_size=0, note=changed).status == HTTPStatus.FORBIDDEN


def test_refuses_a_log_that_the_trust_list_does_not_name(peer: Peer) -> None:
    assert ask(Peer(region="510000", leaves=peer.leaves), old_size=0).status == HTTPStatus.NOT_FOUND


def test_refuses_to_witness_its_own_log(settings) -> None:
    own = Peer(region=settings.NODE.region)
    trust(settings, own)
    own.grow(1)
    assert ask(own, old_size=0).status == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old 0\n\n",
        b"old -1\n\nx",
        b"old 00\n\nx",
        b"old 0\n!!\n\nx",
        b"old 0\n" + b"A" * 43 + b"=\n\nx",
        b"old 1\nAAAA\n\nx",
        b"\xff\n\nx",
        b"old 0\n\n" + b"x" * 80_000,
    ],
)
def test_refuses_a_body_of_another_form(peer: Peer, body: bytes) -> None:
    assert cosign_checkpoint(body=body, at=NOW).status == HTTPStatus.BAD_REQUEST


def test_cosigns_nothing_under_an_expired_trust_list(settings) -> None:
    peer = Peer()
    trust(settings, peer, expires_at=NOW)
    peer.grow(1)
    with pytest.raises(TrustListError) as refused:
        ask(peer, old_size=0)
    assert refused.value.code == "trust_list.expired"
