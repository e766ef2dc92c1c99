"""The signed head of a log (C2SP tlog-checkpoint) and what witnesses add to it (cosignature/v1 of tlog-cosignature)."""

import re
from base64 import b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from verification.core.errors import LogError
from verification.core.merkle import HASH_SIZE, MAX_TREE_SIZE
from verification.core.note import (
    SIGNATURE_SIZE,
    Note,
    NoteKey,
    NoteSigner,
    SignatureType,
    build_note,
    parse_note,
    signature_line,
    verify_ed25519,
    verify_line,
)

TIMESTAMP_SIZE = 8
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_FIXED_LINES = 3
_LAST_SECOND = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """This will hold what the head of a log says: origin, number of leaves, root hash (32 bytes), extension lines."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """This will return the note text that is signed."""
        return "\n".join((self.origin, str(self.size), b64encode(self.root).decode(), *self.extensions, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """This will tell that the witness of this name saw the checkpoint, consistent with all before, at this time."""

    name: str
    at: datetime


def build_checkpoint(
    *, origin: str, size: int, root: bytes, signer: NoteSigner, added: Sequence[NoteSigner] = ()
) -> bytes:
    """This will return the checkpoint note of a tree, signed by the log's own key and by its SM2 keys, if any (`added`).

    Raises LogError `log.checkpoint.origin` where the key is not named as the origin, `log.checkpoint.malformed`
    where the values make no checkpoint.
    """
    _require_log_key(signer.key, origin)
    text = Checkpoint(origin=origin, size=size, root=root).text
    parse_checkpoint_text(text)
    for one in added:
        _require_added_key(one.key, origin)
    lines = [signature_line(key=one.key, signature=one.sign(text.encode())) for one in (signer, *added)]
    return build_note(text=text, lines=lines)


def parse_checkpoint_text(text: str) -> Checkpoint:
    """This will read the text of a note as a checkpoint, verifying nothing; raises LogError `log.checkpoint.malformed`.

    The size has no leading zeroes, the root is base64 of 32 bytes in its one form, and no line is empty.
    """
    lines = text.split("\n")
    if lines.pop() != "" or len(lines) < _FIXED_LINES or not all(lines):
        raise LogError("log.checkpoint.malformed", "The checkpoint needs three or more lines that are not empty.")
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size) or int(size) > MAX_TREE_SIZE:
        raise LogError("log.checkpoint.malformed", "The tree size is not a plain decimal number.")
    try:
        root_hash = a2b_base64(root, strict_mode=True)
    except Base64Error as error:
        raise LogError("log.checkpoint.malformed", "The root hash is not base64.") from error
    checkpoint = Checkpoint(origin=origin, size=int(size), root=root_hash, extensions=tuple(extensions))
    if len(root_hash) != HASH_SIZE or checkpoint.text != text:
        raise LogError("log.checkpoint.malformed", "The root hash is not 32 bytes in their one base64 form.")
    return checkpoint


def verify_checkpoint(data: bytes, *, origin: str, key: NoteKey, added: Iterable[NoteKey] = ()) -> Checkpoint:
    """This will return the checkpoint that a note holds, where the log of this origin signed it.

    Lines of unknown keys are ignored (signed-note, "Signatures"). At least one line of `key` must be there, and every line of it
    and of the log's SM2 keys (`added`) must hold; a note from before such a key lacks its line.
    Raises LogError `log.checkpoint.origin|signature|malformed` or `log.note.*`.
    """
    _require_log_key(key, origin)
    note = parse_note(data)
    if not note.signatures_of(key):
        raise LogError("log.checkpoint.signature", "The log has not signed this checkpoint.")
    _require_lines_hold(note, key)
    for one in added:
        _require_added_key(one, origin)
        _require_lines_hold(note, one)
    checkpoint = parse_checkpoint_text(note.text)
    if checkpoint.origin != origin:
        raise LogError("log.checkpoint.origin", "The checkpoint is of another log.")
    return checkpoint


def cosign(data: bytes, *, at: datetime, signer: NoteSigner) -> str:
    """This will return the line, with its newline, by which a witness cosigns a checkpoint note at a time.

    The caller must have verified the log's signature and the consistency with the last checkpoint it cosigned.
    Raises LogError `log.cosignature` for a key of another signature type, `log.note.*`, `log.checkpoint.malformed`.
    """
    _require_witness_key(signer.key)
    note = parse_note(data)
    parse_checkpoint_text(note.text)
    timestamp = int(at.timestamp())
    if timestamp < 0:
        raise LogError("log.cosignature", "A cosignature is not made before 1970.")
    signature = signer.sign(_cosigned_message(note, timestamp))
    return signature_line(key=signer.key, signature=timestamp.to_bytes(TIMESTAMP_SIZE, "big") + signature)


def add_signature_lines(data: bytes, *, lines: Iterable[str]) -> bytes:
    """This will return the note with more signature lines, each kept once; raises LogError `log.note.*`."""
    note = parse_note(data)
    have = data.decode().removeprefix(note.text + "\n").splitlines(keepends=True)
    return build_note(text=note.text, lines=list(dict.fromkeys([*have, *lines])))


def verify_cosignature(data: bytes, *, key: NoteKey) -> Cosignature:
    """This will return the witness's latest cosignature on a note, where every line of its key holds.

    Raises LogError `log.cosignature`, `log.note.*`. The time is the witness's own word: the caller judges it.
    """
    _require_witness_key(key)
    return _verify_parsed_cosignature(parse_note(data), key)


def verify_cosignatures(data: bytes, *, keys: Iterable[NoteKey]) -> tuple[Cosignature, ...]:
    """This will return the cosignatures by those of the given witnesses that have signed; none is no error.

    Raises LogError `log.cosignature` where a line of a known witness does not hold, and `log.note.*`.
    """
    note = parse_note(data)
    present = [key for key in keys if key.kind is SignatureType.COSIGNATURE_V1 and note.signatures_of(key)]
    return tuple(_verify_parsed_cosignature(note, key) for key in present)


def require_same_view(one: Checkpoint, other: Checkpoint) -> None:
    """This will return quietly unless two verified heads of one log and size have different roots.

    Raises LogError `log.split_view`: the two signed notes together convict the log.
    """
    if (one.origin, one.size) == (other.origin, other.size) and one.root != other.root:
        raise LogError("log.split_view", "The log has signed two different trees of the same size.")


def _verify_parsed_cosignature(note: Note, key: NoteKey) -> Cosignature:
    lines = note.signatures_of(key)
    if not lines:
        raise LogError("log.cosignature", "The witness has not cosigned this checkpoint.")
    latest = 0
    for line in lines:
        timestamp = int.from_bytes(line.signature[:TIMESTAMP_SIZE], "big")
        if len(line.signature) != TIMESTAMP_SIZE + SIGNATURE_SIZE or timestamp > _LAST_SECOND:
            raise LogError("log.cosignature", "The cosignature has no proper time and signature.")
        verify_ed25519(
            public_key=key.public_key,
            signature=line.signature[TIMESTAMP_SIZE:],
            data=_cosigned_message(note, timestamp),
            code="log.cosignature",
        )
        latest = max(latest, timestamp)
    return Cosignature(name=key.name, at=datetime.fromtimestamp(latest, UTC))


def _cosigned_message(note: Note, timestamp: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{note.text}".encode()


def _require_lines_hold(note: Note, key: NoteKey) -> None:
    for line in note.signatures_of(key):
        verify_line(key=key, signature=line.signature, data=note.text.encode(), code="log.checkpoint.signature")


def _require_added_key(key: NoteKey, origin: str) -> None:
    if key.kind is not SignatureType.SM2 or key.name != origin:
        raise LogError("log.checkpoint.origin", "The added key is not an SM2 key of the log of this origin.")


def _require_log_key(key: NoteKey, origin: str) -> None:
    # tlog-checkpoint only recommends the equality; here it keeps the key of one log from heading another.
    if key.kind is not SignatureType.ED25519 or key.name != origin:
        raise LogError("log.checkpoint.origin", "The key is not that of the log of this origin.")


def _require_witness_key(key: NoteKey) -> None:
    if key.kind is not SignatureType.COSIGNATURE_V1:
        raise LogError("log.cosignature", "The key is not that of a witness.")
