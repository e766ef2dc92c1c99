"""Signed notes against a published one, and every malformed one refused."""

import base64
import hashlib

import pytest

from verification.core.errors import LogError
from verification.core.note import (
    NoteKey,
    SignatureType,
    build_note,
    parse_note,
    parse_vkey,
    signature_line,
    verify_ed25519,
)

# The example of the Go package golang.org/x/mod/sumdb/note (BSD-3-Clause), key and note.
PUBLISHED_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()


def test_the_published_note_verifies_with_the_published_key() -> None:
    key = parse_vkey(PUBLISHED_VKEY)
    note = parse_note(PUBLISHED_NOTE)
    (line,) = note.signatures_of(key)
    verify_ed25519(public_key=key.public_key, signature=line.signature, data=note.text.encode(), code="x")
    assert key.key_id.hex() == "c74f20a3"
    assert key.vkey == PUBLISHED_VKEY


def test_refuses_the_published_note_with_one_letter_changed() -> None:
    key = parse_vkey(PUBLISHED_VKEY)
    note = parse_note(PUBLISHED_NOTE.replace(b"answer", b"Answer"))
    (line,) = note.signatures_of(key)
    with pytest.raises(LogError) as caught:
        verify_ed25519(public_key=key.public_key, signature=line.signature, data=note.text.encode(), code="the.code")
    assert caught.value.code == "the.code"


def test_a_text_with_blank_lines_ends_at_the_last_of_them() -> None:
    line = signature_line(key=parse_vkey(PUBLISHED_VKEY), signature=b"s")
    data = build_note(text="one\n\ntwo\n", lines=[line])
    assert parse_note(data).text == "one\n\ntwo\n"
    assert build_note(text="one\n\ntwo\n", lines=[line, line]).endswith((line + line).encode())


def test_key_ids_of_one_key_differ_by_name_and_type() -> None:
    public = bytes(range(32))
    ids = {
        NoteKey(name=name, public_key=public, kind=kind).key_id
        for name in ("a.example", "b.example")
        for kind in (SignatureType.ED25519, SignatureType.COSIGNATURE_V1)
    }
    assert len(ids) == 4
    expected = hashlib.sha256(b"a.example\n\x04" + public).digest()[:4]
    assert NoteKey(name="a.example", public_key=public, kind=SignatureType.COSIGNATURE_V1).key_id == expected


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\n\n" + PUBLISHED_NOTE.split(b"\n\n")[1],
        PUBLISHED_NOTE[:-1],
        PUBLISHED_NOTE.replace(b"\n", b"\r\n"),
        PUBLISHED_NOTE.replace(b"If you", b"If\tyou"),
        PUBLISHED_NOTE.replace(b"If you", b"If\xffyou"),
        PUBLISHED_NOTE.replace("—".encode(), b"-"),
        PUBLISHED_NOTE.replace("— ".encode(), "—".encode()),
        PUBLISHED_NOTE.replace(b"PeterNeumann", b"Peter+Neumann"),
        PUBLISHED_NOTE.replace(b"PeterNeumann", b"Peter Neumann"),
        PUBLISHED_NOTE.replace(b"PeterNeumann", "Peter\u3000Neumann".encode()),
        PUBLISHED_NOTE.replace(b"PeterNeumann ", b" "),
        PUBLISHED_NOTE.replace(b"AM=\n", b"AM\n"),
        PUBLISHED_NOTE.replace(b"AM=\n", b"AN=\n"),
        PUBLISHED_NOTE.replace(b"AM=\n", b"AM= \n"),
        PUBLISHED_NOTE.replace(b"x08go", b"x08g_"),
        "text\n\n— name x08gow==\n".encode(),
        PUBLISHED_NOTE + b"trailing\n",
        PUBLISHED_NOTE + b"\n",
    ],
)
def test_refuses_a_malformed_note(data: bytes) -> None:
    with pytest.raises(LogError) as caught:
        parse_note(data)
    assert caught.value.code == "log.note.malformed"


def test_accepts_64_signatures_and_refuses_65() -> None:
    key = parse_vkey(PUBLISHED_VKEY)
    lines = [signature_line(key=key, signature=bytes([number])) for number in range(65)]
    assert len(parse_note(build_note(text="t\n", lines=lines[:64])).signatures) == 64
    with pytest.raises(LogError) as caught:
        build_note(text="t\n", lines=lines)
    assert caught.value.code == "log.note.limit"


def test_refuses_a_note_above_64_kib() -> None:
    with pytest.raises(LogError) as caught:
        parse_note(b"x" * 65_537)
    assert caught.value.code == "log.note.limit"


@pytest.mark.parametrize("text", ["no newline", "", "a\x00b\n", "a\rb\n"])
def test_refuses_to_build_a_note_that_would_not_read_back(text: str) -> None:
    line = signature_line(key=parse_vkey(PUBLISHED_VKEY), signature=b"s")
    with pytest.raises(LogError):
        build_note(text=text, lines=[line])


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        PUBLISHED_VKEY.replace("c74f20a3", "c74f20a4"),
        PUBLISHED_VKEY.replace("c74f20a3", "C74F20A3"),
        PUBLISHED_VKEY.replace("PeterNeumann", "PeterNewmann"),
        PUBLISHED_VKEY.replace("PeterNeumann", ""),
        PUBLISHED_VKEY.replace("PeterNeumann", "Peter\ud800Neumann"),
        PUBLISHED_VKEY.replace("PeterNeumann", "Peter\u202eNeumann"),
        PUBLISHED_VKEY[:-4],
        PUBLISHED_VKEY + "=",
        "PeterNeumann+c74f20a3+" + base64.b64encode(b"\x02" + b"k" * 32).decode(),
    ],
)
def test_refuses_a_verifier_key_that_is_not_exactly_right(vkey: str) -> None:
    with pytest.raises(LogError) as caught:
        parse_vkey(vkey)
    assert caught.value.code == "log.note.key"


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2028b", "a\ud800", "a\x07"])
def test_refuses_a_key_name_that_no_line_can_carry(name: str) -> None:
    with pytest.raises(LogError) as caught:
        NoteKey(name=name, public_key=b"k" * 32)
    assert caught.value.code == "log.note.key"


@pytest.mark.parametrize("public_key", [b"", b"k" * 31, b"k" * 33])
def test_refuses_a_key_of_another_length(public_key: bytes) -> None:
    with pytest.raises(LogError) as caught:
        NoteKey(name="log.example", public_key=public_key)
    assert caught.value.code == "log.note.key"
