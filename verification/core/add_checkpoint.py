"""The request by which a log asks a witness for a cosignature (C2SP tlog-witness, add-checkpoint): read and written."""

import re
from base64 import b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from verification.core.errors import LogError
from verification.core.merkle import HASH_SIZE, MAX_TREE_SIZE
from verification.core.note import MAX_NOTE_BYTES

MAX_PROOF_LINES: Final = 63  # C2SP tlog-witness: a proof has at most 63 hashes
MAX_REQUEST_BYTES: Final = MAX_NOTE_BYTES + 64 * 64  # the largest note, and 63 lines of 44 characters before it
_SIZE_DIGITS: Final = 19  # digits of 2^63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCheckpoint:
    """This will hold a request: the size the log believes the witness saw last, the consistency proof, the signed note."""

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes


def build_add_checkpoint(*, old_size: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """This will give the body of a request."""
    lines = [f"old {old_size}", *(b64encode(item).decode() for item in proof), "", ""]
    return "\n".join(lines).encode() + note


def parse_add_checkpoint(body: bytes) -> AddCheckpoint:
    """This will read the body of a request, verifying nothing; raises LogError `log.witness.malformed`."""
    if len(body) > MAX_REQUEST_BYTES:
        raise _malformed()
    head, separator, note = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
        proof = tuple(a2b_base64(line, strict_mode=True) for line in lines)
    except (UnicodeDecodeError, Base64Error) as error:
        raise _malformed() from error
    old = _OLD.fullmatch(first)
    if not separator or old is None or len(proof) > MAX_PROOF_LINES or any(len(item) != HASH_SIZE for item in proof):
        raise _malformed()
    request = AddCheckpoint(old_size=int(old[1]), proof=proof, note=note)
    if request.old_size > MAX_TREE_SIZE or (not request.old_size and proof):
        raise _malformed()
    if build_add_checkpoint(old_size=request.old_size, proof=proof, note=note) != body:  # base64 in its one form
        raise _malformed()
    return request


def _malformed() -> LogError:
    return LogError("log.witness.malformed", "The request is not an old size, a proof, a blank line and a note.")


def stated_size(text: str) -> int:
    """This will read the body of a 409: the size that the witness cosigned last. Raises LogError `log.witness.malformed`."""
    digits = text.removesuffix("\n")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _SIZE_DIGITS):
        raise LogError("log.witness.malformed", "The witness did not state the size it knows.")
    return int(digits)
