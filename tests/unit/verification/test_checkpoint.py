"""Checkpoints and cosignatures against a second, short reading of the specifications, and the forgeries refused."""

import base64
import hashlib
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.unit.verification.checkpoint_steps import (
    AT,
    LOG,
    ORIGIN,
    PUBLISHED,
    ROOT,
    WITNESS,
    WITNESS_ONE,
    checkpoint_note,
    note_of,
    refused,
    signer,
)
from verification.core.checkpoint import (
    Checkpoint,
    add_signature_lines,
    build_checkpoint,
    cosign,
    parse_checkpoint_text,
    verify_checkpoint,
)
from verification.core.errors import LogError
from verification.core.note import parse_note


def test_a_checkpoint_is_the_bytes_of_the_specification() -> None:
    expected = note_of(f"{ORIGIN}\n7\n{base64.b64encode(ROOT).decode()}\n", LOG)
    assert checkpoint_note() == expected


def test_a_second_reading_of_the_specification_verifies_our_checkpoint_and_cosignature() -> None:
    data = add_signature_lines(checkpoint_note(), lines=[cosign(checkpoint_note(), at=AT, signer=WITNESS_ONE)])
    body, _, block = data.rpartition(b"\n\n")
    body += b"\n"
    log_line, witness_line = block.decode().splitlines()
    blob = base64.b64decode(log_line.split(" ")[2], validate=True)
    Ed25519PublicKey.from_public_bytes(LOG.key.public_key).verify(blob[4:], body)
    blob = base64.b64decode(witness_line.split(" ")[2], validate=True)
    assert blob[:4] == hashlib.sha256(WITNESS.encode() + b"\n\x04" + WITNESS_ONE.key.public_key).digest()[:4]
    seconds = int.from_bytes(blob[4:12], "big")
    assert seconds == 1772353800
    message = b"cosignature/v1\ntime 1772353800\n" + body
    Ed25519PublicKey.from_public_bytes(WITNESS_ONE.key.public_key).verify(blob[12:], message)


def test_openssl_verifies_our_checkpoint(tmp_path: Path) -> None:
    note = parse_note(checkpoint_note())
    public = Ed25519PublicKey.from_public_bytes(LOG.key.public_key)
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "text").write_bytes(note.text.encode())
    (tmp_path / "signature").write_bytes(note.signatures[0].signature)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "text"]
    try:
        done = subprocess.run([*command, "-sigfile", "signature"], cwd=tmp_path, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("openssl is not installed; the test above verifies with the cryptography package")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_published_example_is_read_byte_by_byte() -> None:
    note = parse_note(PUBLISHED)
    checkpoint = parse_checkpoint_text(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex().startswith("0ac5186a91863e8e")
    assert [line.name for line in note.signatures] == ["example.com/behind-the-sofa", "witness.example.com/w1"]
    assert int.from_bytes(note.signatures[1].signature[:8], "big") == 1679315147
    assert add_signature_lines(PUBLISHED, lines=[]) == PUBLISHED


def test_a_verified_checkpoint_tells_origin_size_and_root() -> None:
    assert verify_checkpoint(checkpoint_note(), origin=ORIGIN, key=LOG.key) == Checkpoint(
        origin=ORIGIN, size=7, root=ROOT
    )


def test_extension_lines_are_kept_and_signed() -> None:
    text = f"{ORIGIN}\n0\n{base64.b64encode(ROOT).decode()}\nextension\n"
    assert verify_checkpoint(note_of(text, LOG), origin=ORIGIN, key=LOG.key).extensions == ("extension",)


def test_lines_of_unknown_keys_are_ignored_wherever_they_stand() -> None:
    stranger = signer("stranger.example", 9)
    same_name = signer(ORIGIN, 8)
    text = parse_note(checkpoint_note()).text
    assert verify_checkpoint(note_of(text, stranger, same_name, LOG, stranger), origin=ORIGIN, key=LOG.key).size == 7


def test_refuses_a_head_signed_by_a_key_not_of_the_origin() -> None:
    other = signer("jiangsu.example/log", 4)
    text = parse_note(checkpoint_note()).text
    assert refused(note_of(text, other)) == "log.checkpoint.signature"
    assert refused(note_of(text, other), key=other.key) == "log.checkpoint.origin"
    assert refused(note_of(text, signer(ORIGIN, 4))) == "log.checkpoint.signature"


def test_refuses_a_head_of_another_log_signed_by_our_key() -> None:
    text = f"jiangsu.example/log\n7\n{base64.b64encode(ROOT).decode()}\n"
    assert refused(note_of(text, LOG)) == "log.checkpoint.origin"


def test_refuses_a_head_without_its_origin_line() -> None:
    assert refused(note_of(f"7\n{base64.b64encode(ROOT).decode()}\n", LOG)) == "log.checkpoint.malformed"
    assert refused(note_of(f"\n7\n{base64.b64encode(ROOT).decode()}\n", LOG)) == "log.checkpoint.malformed"


@pytest.mark.parametrize("size", ["07", "-1", "+7", "7.0", "0x7", "", " 7", "７", "1e3", "9223372036854775808", "00"])
def test_refuses_a_size_that_is_not_plain_decimal(size: str) -> None:
    text = f"{ORIGIN}\n{size}\n{base64.b64encode(ROOT).decode()}\n"
    with pytest.raises(LogError) as caught:
        parse_checkpoint_text(text)
    assert caught.value.code == "log.checkpoint.malformed"


@pytest.mark.parametrize(
    "root",
    ["", "AAAA", base64.b64encode(ROOT + b"x").decode(), base64.b64encode(ROOT).decode().rstrip("="), "!" * 44],
)
def test_refuses_a_root_that_is_not_32_bytes_of_base64(root: str) -> None:
    with pytest.raises(LogError) as caught:
        parse_checkpoint_text(f"{ORIGIN}\n7\n{root}\n")
    assert caught.value.code == "log.checkpoint.malformed"


def test_refuses_a_root_with_unused_bits_set() -> None:
    text = base64.b64encode(bytes(32)).decode()
    with pytest.raises(LogError):
        parse_checkpoint_text(f"{ORIGIN}\n7\n{text[:-2]}B=\n")


def test_refuses_an_empty_extension_line_and_a_missing_newline() -> None:
    root = base64.b64encode(ROOT).decode()
    for text in (f"{ORIGIN}\n7\n{root}\n\nmore\n", f"{ORIGIN}\n7\n{root}", f"{ORIGIN}\n7\n"):
        with pytest.raises(LogError):
            parse_checkpoint_text(text)


@pytest.mark.parametrize("place", ["origin", "size", "root", "signature"])
def test_refuses_a_head_changed_anywhere(place: str) -> None:
    data = checkpoint_note()
    changed = {
        "origin": data.replace(b"zhejiang.example/log\n", b"zhejianG.example/log\n"),
        "size": data.replace(b"\n7\n", b"\n8\n"),
        "root": data.replace(base64.b64encode(ROOT)[:8], base64.b64encode(bytes(6))),
        "signature": data[:-10] + (b"A" if data[-10:-9] != b"A" else b"B") + data[-9:],
    }[place]
    assert changed != data
    assert refused(changed) == "log.checkpoint.signature"


def test_refuses_a_head_where_one_of_two_lines_by_the_log_does_not_hold() -> None:
    text = parse_note(checkpoint_note()).text
    good = note_of(text, LOG)
    bad_line = note_of(text.replace("7", "8"), LOG).decode().splitlines(keepends=True)[-1]
    assert refused(good + bad_line.encode()) == "log.checkpoint.signature"


def test_refuses_to_build_a_head_with_a_witness_key_or_for_another_origin() -> None:
    for key, origin in ((WITNESS_ONE, WITNESS), (LOG, "other.example/log")):
        with pytest.raises(LogError) as caught:
            build_checkpoint(origin=origin, size=1, root=ROOT, signer=key)
        assert caught.value.code == "log.checkpoint.origin"


@pytest.mark.parametrize(("size", "root"), [(-1, ROOT), (2**63, ROOT), (1, ROOT[:31])])
def test_refuses_to_build_a_head_of_impossible_values(size: int, root: bytes) -> None:
    with pytest.raises(LogError) as caught:
        checkpoint_note(size=size, root=root)
    assert caught.value.code == "log.checkpoint.malformed"
