"""The SM2 line that a guomi node's log adds to its checkpoints: against GmSSL and a second reading of signed-note, and forgeries."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import gmssl_pyx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.core.signing.der_signature import der_of
from certificates.core.signing.registry import ES256, SM2
from tests.unit.verification.province import make_world
from verification.core.checkpoint import (
    add_signature_lines,
    build_checkpoint,
    cosign,
    verify_checkpoint,
    verify_cosignature,
)
from verification.core.errors import LogError
from verification.core.log_key import added_log_keys
from verification.core.note import NoteKey, NoteSigner, SignatureType, parse_note, parse_vkey, signature_line
from verification.core.trust_keys import Purpose, node_key

ORIGIN = "huzheng.cn/510000"
ROOT = hashlib.sha256(b"root").digest()
AT = datetime(2026, 3, 1, tzinfo=UTC)


def ed25519(seed: int, kind: SignatureType = SignatureType.ED25519, name: str = ORIGIN) -> NoteSigner:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    key = NoteKey(name=name, public_key=private.public_key().public_bytes_raw(), kind=kind)
    return NoteSigner(key=key, sign=private.sign)


def sm2(name: str = ORIGIN) -> NoteSigner:
    private = SM2.generate()
    key = NoteKey(name=name, public_key=SM2.spki_of(SM2.public_of(private)), kind=SignatureType.SM2)
    return NoteSigner(key=key, sign=lambda data: SM2.sign(private, data))


LOG, ADDED = ed25519(1), sm2()
NOTE = build_checkpoint(origin=ORIGIN, size=7, root=ROOT, signer=LOG, added=[ADDED])


def refusal(data: bytes, *added: NoteKey) -> str:
    with pytest.raises(LogError) as caught:
        verify_checkpoint(data, origin=ORIGIN, key=LOG.key, added=added)
    return caught.value.code


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(LogError) as caught:
        yield
    assert caught.value.code == code


def test_the_line_is_read_by_a_second_implementation() -> None:
    text, _, block = NOTE.decode().rpartition("\n\n")
    name, encoded = block.splitlines()[1].removeprefix("— ").split(" ")
    decoded, spki = base64.b64decode(encoded), ADDED.key.public_key
    kind = b"\xff1.2.156.10197.1.501"
    assert name == ORIGIN
    assert decoded[:4] == hashlib.sha256(ORIGIN.encode() + b"\n" + kind + spki).digest()[:4]
    assert gmssl_pyx.sm2_verify(spki[-64:], text.encode() + b"\n", der_of(decoded[4:]))
    vkey = f"{ORIGIN}+{decoded[:4].hex()}+{base64.b64encode(kind + spki).decode()}"
    assert parse_vkey(vkey) == ADDED.key
    assert ADDED.key.vkey == vkey


def test_who_does_not_know_the_key_passes_over_its_line() -> None:
    assert verify_checkpoint(NOTE, origin=ORIGIN, key=LOG.key).size == 7


def test_who_knows_the_key_has_it_verified() -> None:
    assert verify_checkpoint(NOTE, origin=ORIGIN, key=LOG.key, added=[ADDED.key, sm2().key]).size == 7


def test_a_head_from_before_the_key_has_no_line_of_it() -> None:
    older = build_checkpoint(origin=ORIGIN, size=6, root=ROOT, signer=LOG)
    assert verify_checkpoint(older, origin=ORIGIN, key=LOG.key, added=[ADDED.key]).size == 6


def test_refuses_a_line_that_does_not_hold() -> None:
    other = build_checkpoint(origin=ORIGIN, size=8, root=ROOT, signer=LOG, added=[ADDED])
    line = other.decode().splitlines(keepends=True)[-1]
    alone = build_checkpoint(origin=ORIGIN, size=7, root=ROOT, signer=LOG)
    transplanted = add_signature_lines(alone, lines=[line])
    assert refusal(transplanted, ADDED.key) == "log.checkpoint.signature"
    assert refusal(add_signature_lines(NOTE, lines=[line]), ADDED.key) == "log.checkpoint.signature"
    for signature in (b"\0" * 64, b"\1" * 63, b"\1", b"\xff" * 64):
        bad = add_signature_lines(alone, lines=[signature_line(key=ADDED.key, signature=signature)])
        assert refusal(bad, ADDED.key) == "log.checkpoint.signature"


def test_the_added_line_does_not_stand_for_the_logs_own() -> None:
    text, _, block = NOTE.decode().rpartition("\n\n")
    without = (text + "\n\n" + block.splitlines(keepends=True)[1]).encode()
    assert refusal(without, ADDED.key) == "log.checkpoint.signature"
    with refused("log.checkpoint.origin"):
        verify_checkpoint(without, origin=ORIGIN, key=ADDED.key)
    with refused("log.checkpoint.origin"):
        build_checkpoint(origin=ORIGIN, size=7, root=ROOT, signer=ADDED)


@pytest.mark.parametrize(
    "stranger",
    [sm2("huzheng.cn/330000"), ed25519(2), ed25519(2, SignatureType.COSIGNATURE_V1)],
    ids=["elsewhere", "ed25519", "witness"],
)
def test_refuses_to_add_or_check_lines_of_other_keys(stranger: NoteSigner) -> None:
    with refused("log.checkpoint.origin"):
        build_checkpoint(origin=ORIGIN, size=7, root=ROOT, signer=LOG, added=[stranger])
    assert refusal(NOTE, stranger.key) == "log.checkpoint.origin"


def test_an_sm2_key_is_no_witness() -> None:
    with refused("log.cosignature"):
        cosign(NOTE, at=AT, signer=ADDED)
    with refused("log.cosignature"):
        verify_cosignature(NOTE, key=ADDED.key)


def test_a_witness_cosigns_a_note_with_an_added_line() -> None:
    witness = ed25519(3, SignatureType.COSIGNATURE_V1, "huzheng.cn/330000/witness")
    signed = add_signature_lines(NOTE, lines=[cosign(NOTE, at=AT, signer=witness)])
    assert verify_cosignature(signed, key=witness.key).at == AT
    assert len(parse_note(signed).signatures) == 3
    assert verify_checkpoint(signed, origin=ORIGIN, key=LOG.key, added=[ADDED.key]).size == 7


@pytest.mark.parametrize(
    "public_key",
    [b"", b"k" * 32, b"k" * 91, ADDED.key.public_key + b"\0", ES256.spki_of(ES256.public_of(ES256.generate()))],
    ids=["empty", "raw", "noise", "trailing", "P-256"],
)
def test_refuses_note_keys_that_are_no_sm2_keys(public_key: bytes) -> None:
    with refused("log.note.key"):
        replace(ADDED.key, public_key=public_key)


def test_refuses_verifier_keys_of_another_type_behind_0xff() -> None:
    for kind in (b"\xff", b"\xff1.2.156.10197.1.301", b"\xfe1.2.156.10197.1.501"):
        material = kind + ADDED.key.public_key
        key_id = hashlib.sha256(ORIGIN.encode() + b"\n" + material).digest()[:4]
        with refused("log.note.key"):
            parse_vkey(f"{ORIGIN}+{key_id.hex()}+{base64.b64encode(material).decode()}")


def test_the_trust_list_names_the_key() -> None:
    region = make_world().trust_list.region("330000")
    assert added_log_keys(region) == ()
    entry = node_key(suite="SM2", spki=ADDED.key.public_key, valid_from=AT)
    named = replace(region, log_origin=ORIGIN, keys={**region.keys, Purpose.LOG_SM2: (entry,)})
    assert added_log_keys(named) == (ADDED.key,)
