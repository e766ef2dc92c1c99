"""Checkpoints and cosignatures against a second, short reading of the specifications, and the forgeries refused."""

import base64
import hashlib
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from verification.core.checkpoint import (
    Checkpoint,
    add_signature_lines,
    build_checkpoint,
    cosign,
    parse_checkpoint_text,
    require_same_view,
    verify_checkpoint,
    verify_cosignature,
    verify_cosignatures,
)
from verification.core.errors import LogError
from verification.core.note import NoteKey, NoteSigner, SignatureType, parse_note, signature_line

ORIGIN = "zhejiang.example/log"
WITNESS = "shanghai.example/witness"
ROOT = hashlib.sha256(b"root").digest()
AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
LAST_SECOND = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())

# The example of C2SP tlog-cosignature (CC BY 4.0); its keys are not published, its bytes are.
PUBLISHED = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE"
    "+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe"
    "+mbIUBkBIfZ+qnA==\n"
).encode()


def signer(name: str, seed: int, kind: SignatureType = SignatureType.ED25519) -> NoteSigner:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    key = NoteKey(name=name, public_key=private.public_key().public_bytes_raw(), kind=kind)
    return NoteSigner(key=key, sign=private.sign)


LOG = signer(ORIGIN, 1)
WITNESS_ONE = signer(WITNESS, 2, SignatureType.COSIGNATURE_V1)
WITNESS_TWO = signer("jiangsu.example/witness", 3, SignatureType.COSIGNATURE_V1)


def checkpoint_note(*, size: int = 7, root: bytes = ROOT, log: NoteSigner = LOG) -> bytes:
    return build_checkpoint(origin=log.key.name, size=size, root=root, signer=log)


def note_of(text: str, *signers: NoteSigner) -> bytes:
    """A note put together without the code under test."""
    lines = ""
    for each in signers:
        key_id = hashlib.sha256(each.key.name.encode() + b"\n\x01" + each.key.public_key).digest()[:4]
        lines += f"— {each.key.name} {base64.b64encode(key_id + each.sign(text.encode())).decode()}\n"
    return f"{text}\n{lines}".encode()


def refused(data: bytes, *, key: NoteKey = LOG.key, origin: str = ORIGIN) -> str:
    with pytest.raises(LogError) as caught:
        verify_checkpoint(data, origin=origin, key=key)
    return caught.value.code


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


def test_cosignatures_of_named_witnesses_are_found_and_others_ignored() -> None:
    data = checkpoint_note()
    lines = [cosign(data, at=AT, signer=each) for each in (WITNESS_ONE, WITNESS_TWO)]
    data = add_signature_lines(data, lines=[*lines, lines[0]])
    assert data.count(WITNESS.encode()) == 1
    found = verify_cosignatures(data, keys=[WITNESS_TWO.key, signer("x", 7, SignatureType.COSIGNATURE_V1).key])
    assert [(each.name, each.at) for each in found] == [(WITNESS_TWO.key.name, AT)]
    assert verify_checkpoint(data, origin=ORIGIN, key=LOG.key).size == 7


def test_the_latest_of_two_cosignatures_counts() -> None:
    data = checkpoint_note()
    later = AT + timedelta(hours=1)
    lines = [cosign(data, at=at, signer=WITNESS_ONE) for at in (later, AT)]
    assert verify_cosignature(add_signature_lines(data, lines=lines), key=WITNESS_ONE.key).at == later


def test_refuses_a_cosignature_moved_to_another_head() -> None:
    line = cosign(checkpoint_note(), at=AT, signer=WITNESS_ONE)
    moved = add_signature_lines(checkpoint_note(size=8), lines=[line])
    for verify in (
        lambda: verify_cosignature(moved, key=WITNESS_ONE.key),
        lambda: verify_cosignatures(moved, keys=[WITNESS_ONE.key]),
    ):
        with pytest.raises(LogError) as caught:
            verify()
        assert caught.value.code == "log.cosignature"


def test_refuses_a_cosignature_with_another_time_or_length() -> None:
    data = checkpoint_note()
    name, blob = cosign(data, at=AT, signer=WITNESS_ONE).split(" ")[1:]
    raw = base64.b64decode(blob)
    later = (int.from_bytes(raw[4:12], "big") + 1).to_bytes(8, "big")
    for changed in (raw[:4] + later + raw[12:], raw[:-1], raw + b"x", raw[:4] + b"\xff" * 8 + raw[12:]):
        bad = add_signature_lines(data, lines=[f"— {name} {base64.b64encode(changed).decode()}\n"])
        with pytest.raises(LogError) as caught:
            verify_cosignature(bad, key=WITNESS_ONE.key)
        assert caught.value.code == "log.cosignature"


@pytest.mark.parametrize("seconds", [LAST_SECOND + 1, 2**63, 2**64 - 1])
def test_refuses_a_cosignature_that_a_witness_dated_beyond_all_calendars(seconds: int) -> None:
    note = checkpoint_note()
    text = parse_note(note).text
    signature = WITNESS_ONE.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
    line = signature_line(key=WITNESS_ONE.key, signature=seconds.to_bytes(8) + signature)
    with pytest.raises(LogError) as caught:
        verify_cosignature(add_signature_lines(note, lines=[line]), key=WITNESS_ONE.key)
    assert caught.value.code == "log.cosignature"


def test_refuses_to_cosign_before_1970() -> None:
    with pytest.raises(LogError) as caught:
        cosign(checkpoint_note(), at=datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), signer=WITNESS_ONE)
    assert caught.value.code == "log.cosignature"


def test_refuses_an_absent_cosignature_and_a_log_signature_in_its_place() -> None:
    for key in (WITNESS_ONE.key, LOG.key):
        with pytest.raises(LogError) as caught:
            verify_cosignature(checkpoint_note(), key=key)
        assert caught.value.code == "log.cosignature"


def test_refuses_to_cosign_with_a_log_key_or_what_is_no_checkpoint() -> None:
    with pytest.raises(LogError) as caught:
        cosign(checkpoint_note(), at=AT, signer=LOG)
    assert caught.value.code == "log.cosignature"
    with pytest.raises(LogError) as caught:
        cosign(note_of("just\ntext\n", LOG), at=AT, signer=WITNESS_ONE)
    assert caught.value.code == "log.checkpoint.malformed"


def test_two_roots_for_one_size_are_a_split_view() -> None:
    one = Checkpoint(origin=ORIGIN, size=7, root=ROOT)
    other = Checkpoint(origin=ORIGIN, size=7, root=bytes(32))
    require_same_view(one, one)
    require_same_view(one, Checkpoint(origin=ORIGIN, size=8, root=bytes(32)))
    with pytest.raises(LogError) as caught:
        require_same_view(one, other)
    assert caught.value.code == "log.split_view"
