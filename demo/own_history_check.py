"""A holder's own check of "who looked", written against the published formats only: it imports nothing of the node's code.

Formats: an entry is canonical JSON with sorted salted commitments SHA-256(["name","salt",value]);
a leaf is SHA-256(0x00 || entry); RFC 9162 inclusion proof;
C2SP checkpoint (Ed25519 note) under the log key of the trust list.
"""

import hashlib
import json
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519_NOTE_TYPE = b"\x01"


class HistoryDoesNotHoldError(Exception):
    """The node's list of looks does not agree with its log, or with what the holder knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedLook:
    """One look that was proved to stand in the log."""

    lookup_id: str
    index: int
    opened: int


def check_look(look: Mapping[str, Any], *, log_key: bytes, origin: str, own_values: Mapping[str, Any]) -> CheckedLook:
    """This will open every commitment of a look, with the holder's own field values, and prove its leaf under a checkpoint signed by `log_key`."""
    entry = _unbase64(look["entry"])
    committed = set(json.loads(entry)["c"])
    opened = {_commitment(name, opening["salt"], opening["value"]) for name, opening in look["openings"].items()}
    opened |= {_commitment(item["name"], item["salt"], own_values[item["name"]]) for item in look["value_salts"]}
    if not opened or not opened <= committed:
        raise HistoryDoesNotHoldError("a member shown to the holder is not what the log committed to")
    log = look["log"]
    if log is None:
        raise HistoryDoesNotHoldError("the look is not in the tree yet")
    size, root = _checkpoint(log["checkpoint"], log_key, origin)
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    if _root_from(leaf, log["index"], size, [_unbase64(step) for step in log["proof"]]) != root:
        raise HistoryDoesNotHoldError("the entry is not under the signed root")
    return CheckedLook(lookup_id=look["lookup_id"], index=log["index"], opened=len(opened))


def _commitment(name: str, salt: str, value: Any) -> str:
    text = json.dumps([name, salt, value], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def _checkpoint(note: str, log_key: bytes, origin: str) -> tuple[int, bytes]:
    text, _, signatures = note.partition("\n\n")
    text += "\n"
    key_id = hashlib.sha256(origin.encode() + b"\n" + ED25519_NOTE_TYPE + log_key).digest()[:4]
    for line in signatures.splitlines():
        name, _, encoded = line.removeprefix("\u2014 ").partition(" ")
        blob = b64decode(encoded)
        if name == origin and blob[:4] == key_id:
            Ed25519PublicKey.from_public_bytes(log_key).verify(blob[4:], text.encode())
            break
    else:
        raise HistoryDoesNotHoldError("the checkpoint is not signed by the log's key")
    stated_origin, size, root = text.splitlines()[:3]
    if stated_origin != origin:
        raise HistoryDoesNotHoldError("the checkpoint is of another log")
    return int(size), b64decode(root)


def _root_from(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """This will climb from the leaf to the root (RFC 9162, section 2.1.3.2)."""
    position, last, digest = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise HistoryDoesNotHoldError("the proof is too long")
        if position % 2 == 1 or position == last:
            digest = hashlib.sha256(b"\x01" + step + digest).digest()
            while position % 2 == 0 and position:
                position, last = position // 2, last // 2
        else:
            digest = hashlib.sha256(b"\x01" + digest + step).digest()
        position, last = position // 2, last // 2
    if last != 0:
        raise HistoryDoesNotHoldError("the proof is too short")
    return digest


def _unbase64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
