"""Signed notes as C2SP signed-note says them: a text and lines of signatures by named keys.

Logs and witnesses sign with Ed25519. A guomi node's log adds a line of SM2-with-SM3 over the same text, of the type that the
specification leaves to everybody (0xff and a longer name); who does not know it passes over it as over any unknown key.
"""

import binascii
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.core.errors import CredentialError
from certificates.core.signing.identifiers import SM2_NOTE_TYPE
from certificates.core.signing.registry import SM2
from verification.core.errors import LogError

MAX_NOTE_BYTES = 64 * 1024  # 64 signature lines of 200 bytes and a head of 200 take 13 KiB
MAX_SIGNATURES = 64  # signed-note asks for 16 at least.
KEY_ID_SIZE = 4
PUBLIC_KEY_SIZE = 32
SIGNATURE_SIZE = 64

_SIGNATURE_PREFIX = "\u2014 "  # em dash and space


class SignatureType(IntEnum):
    """This will name the identifier byte of a signature type (signed-note, "Signature types")."""

    ED25519 = 0x01
    COSIGNATURE_V1 = 0x04
    SM2 = 0xFF  # "without an identifier byte assigned": `_TYPE_BYTES` has the name that follows


_TYPE_BYTES: Final[Mapping[SignatureType, bytes]] = MappingProxyType(
    {
        SignatureType.ED25519: b"\x01",
        SignatureType.COSIGNATURE_V1: b"\x04",
        SignatureType.SM2: b"\xff" + SM2_NOTE_TYPE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKey:
    """This will hold a trusted public key, with the name and the one signature type it stands for.

    `public_key` is 32 raw bytes, or for SM2 the DER SubjectPublicKeyInfo.
    """

    name: str
    public_key: bytes
    kind: SignatureType = SignatureType.ED25519

    def __post_init__(self) -> None:
        if not _is_key_name(self.name) or not _is_public_key(self.kind, self.public_key):
            raise LogError("log.note.key", "A note key needs a name without blanks or plus, and a key of its type.")

    @property
    def key_id(self) -> bytes:
        """This will return the 4-byte key id: SHA-256(name, newline, type byte, public key), cut."""
        return _key_id(self.name, self.kind, self.public_key)

    @property
    def vkey(self) -> str:
        """This will return the key as operators exchange it: name+hex(key id)+base64(type byte and public key)."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_TYPE_BYTES[self.kind] + self.public_key).decode()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSigner:
    """This will pair a note key with the handle of its private half: a call that signs bytes as the key's type says."""

    key: NoteKey
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """This will hold one signature line: the key's name, its 4-byte id, and the bytes that follow the id."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """This will hold a parsed note: text with its final newline, and the lines by keys known and unknown.

    Nothing in it may be relied on before a signature by a trusted key was verified.
    """

    text: str
    signatures: tuple[NoteSignature, ...]

    def signatures_of(self, key: NoteKey) -> tuple[NoteSignature, ...]:
        """This will return the lines that claim both the name and the id of a key; all others are not its own."""
        key_id = key.key_id
        return tuple(line for line in self.signatures if line.name == key.name and line.key_id == key_id)


def parse_vkey(text: str) -> NoteKey:
    """This will read a verifier key in its one spelling; raises LogError `log.note.key`."""
    name, _, rest = text.partition("+")
    _, _, encoded = rest.partition("+")
    material = _decode_base64(encoded, code="log.note.key")
    kind = next((known for known in SignatureType if material.startswith(_TYPE_BYTES[known])), None)
    if kind is None:
        raise LogError("log.note.key", "The verifier key is of an unknown type.")
    key = NoteKey(name=name, public_key=material.removeprefix(_TYPE_BYTES[kind]), kind=kind)
    if key.vkey != text:
        raise LogError("log.note.key", "The verifier key's id does not belong to its key.")
    return key


def parse_note(data: bytes) -> Note:
    """This will split a note into its text and signature lines, verifying nothing.

    Raises LogError `log.note.malformed`, or `log.note.limit` above 64 KiB or 64 signatures.
    """
    if len(data) > MAX_NOTE_BYTES:
        raise LogError("log.note.limit", "The note is too long.")
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LogError("log.note.malformed", "The note is not UTF-8.") from error
    if _has_control_characters(content):
        raise LogError("log.note.malformed", "The note holds control characters.")
    text, separator, block = content.rpartition("\n\n")
    if not separator or not text or not block.endswith("\n"):
        raise LogError("log.note.malformed", "The note has no text, blank line and signature lines.")
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise LogError("log.note.limit", "The note has too many signatures.")
    return Note(text=text + "\n", signatures=tuple(_parse_signature_line(line) for line in lines))


def build_note(*, text: str, lines: Sequence[str]) -> bytes:
    """This will join a text, which ends in a newline, and signature lines to a note, and read it back.

    Raises LogError as `parse_note` does.
    """
    data = (text + "\n" + "".join(lines)).encode()
    if parse_note(data).text != text:
        raise LogError("log.note.malformed", "The text cannot stand in a note.")
    return data


def signature_line(*, key: NoteKey, signature: bytes) -> str:
    """This will return the line, with its newline, that carries a signature by the key."""
    return f"{_SIGNATURE_PREFIX}{key.name} {b64encode(key.key_id + signature).decode()}\n"


def verify_line(*, key: NoteKey, signature: bytes, data: bytes, code: str) -> None:
    """This will return quietly where the signature (64 bytes) over the data holds; raises LogError with `code`."""
    if key.kind is not SignatureType.SM2:
        verify_ed25519(public_key=key.public_key, signature=signature, data=data, code=code)
        return
    try:
        SM2.verify(_loaded_sm2(key.public_key), signature, data)
    except CredentialError as error:
        raise LogError(code, "The signature does not hold.") from error


def verify_ed25519(*, public_key: bytes, signature: bytes, data: bytes, code: str) -> None:
    """This will return quietly where the signature (64 bytes, RFC 8032) holds; raises LogError with `code`."""
    try:
        _loaded(public_key).verify(signature, data)
    except InvalidSignature as error:
        raise LogError(code, "The signature does not hold.") from error


@lru_cache(maxsize=512)
def _loaded(public_key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public_key)


@lru_cache(maxsize=512)
def _loaded_sm2(spki: bytes) -> object:
    return SM2.load_public_key(spki)


def _is_public_key(kind: SignatureType, public_key: bytes) -> bool:
    if kind is not SignatureType.SM2:
        return len(public_key) == PUBLIC_KEY_SIZE
    try:
        _loaded_sm2(public_key)
    except CredentialError:
        return False
    return True


@lru_cache(maxsize=512)
def _key_id(name: str, kind: SignatureType, public_key: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + _TYPE_BYTES[kind] + public_key).digest()[:KEY_ID_SIZE]


def _parse_signature_line(line: str) -> NoteSignature:
    if not line.startswith(_SIGNATURE_PREFIX):
        raise LogError("log.note.malformed", "A signature line does not begin with an em dash and a blank.")
    name, _, encoded = line.removeprefix(_SIGNATURE_PREFIX).partition(" ")
    decoded = _decode_base64(encoded, code="log.note.malformed")
    if not _is_key_name(name) or len(decoded) <= KEY_ID_SIZE:
        raise LogError("log.note.malformed", "A signature line has no proper key name, key id and signature.")
    return NoteSignature(name=name, key_id=decoded[:KEY_ID_SIZE], signature=decoded[KEY_ID_SIZE:])


def _decode_base64(text: str, *, code: str) -> bytes:
    try:
        decoded = binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise LogError(code, "The base64 text is malformed.") from error
    if b64encode(decoded).decode() != text:  # Unused bits that are set, or missing padding.
        raise LogError(code, "The base64 text is not in its one form.")
    return decoded


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and name.isprintable() and not any(map(str.isspace, name))


def _has_control_characters(content: str) -> bool:
    return any(char < " " and char != "\n" for char in content)
