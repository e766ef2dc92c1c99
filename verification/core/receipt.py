"""The receipt of a look-up: a signed promise to be in the log by a stated time, later completed with the proof.

A receipt is signed over the entry (`receipt_signature`), so it verifies offline, forever. Completed, it is a JSON object of that text, the
leaf's index, the inclusion proof and the checkpoint with its cosignatures. A promise not kept is evidence against the
log, so it is reported as a state of its own and never taken for a failure of the receipt.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from certificates.core.canonical import b64url, b64url_decode_strict, canonical_json, strict_json_loads
from certificates.core.errors import CanonicalError
from certificates.core.signing.suite import Signer, TrustedKey
from verification.core.checkpoint import (
    Checkpoint,
    Cosignature,
    parse_checkpoint_text,
    verify_checkpoint,
    verify_cosignatures,
)
from verification.core.errors import LogError, ReceiptError
from verification.core.lookup_entry import LookupEntry, parse_entry
from verification.core.merkle import leaf_hash, verify_inclusion
from verification.core.note import MAX_NOTE_BYTES, NoteKey, parse_note
from verification.core.receipt_signature import MAX_RECEIPT_BYTES, sign_payload, unverified_payload, verified_payload

RECEIPT_VERSION = 1
PROMISE_OVERDUE = "receipt.promise_overdue"
HEAD_UNWITNESSED = "receipt.head_unwitnessed"
MAX_COMPLETED_BYTES = MAX_RECEIPT_BYTES + 2 * MAX_NOTE_BYTES  # and a checkpoint, many bytes of it escaped in JSON
CLOCK_TOLERANCE = timedelta(seconds=60)  # two nodes' clocks

_PROMISE_MEMBERS = frozenset({"v", "entry", "leaf", "lookup_id", "region", "origin", "iat", "promised_by"})
_COMPLETED_MEMBERS = frozenset({"v", "receipt", "index", "proof", "checkpoint"})
_LAST_SECOND = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())
_MAX_PATH = 63  # The audit path of the largest tree that merkle.py knows.


class ReceiptState(StrEnum):
    """This will say how much a receipt proves."""

    PROMISED = "promised"  # signed, and still within the promised time
    OVERDUE = "overdue"  # signed, without proof although the promised time is over
    INCLUDED = "included"  # proved to be in a tree whose head the log signed
    UNWITNESSED = "unwitnessed"  # likewise, but by a log key not in force now, and no witness saw that head


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """This will hold what the node signed: the entry (canonical bytes), where it will be logged, and by when."""

    entry: bytes
    leaf: bytes
    lookup_id: str
    region: str
    origin: str
    issued_at: datetime
    promised_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedReceipt:
    """This will hold a receipt that verified; `code` is set where the state must not pass for a proof."""

    state: ReceiptState
    code: str | None
    promise: Promise
    entry: LookupEntry
    index: int | None = None
    checkpoint: Checkpoint | None = None
    cosignatures: tuple[Cosignature, ...] = ()


def build_receipt(
    *,
    entry_bytes: bytes,
    lookup_id: str,
    node_region: str,
    origin: str,
    at: datetime,
    promised_by: datetime,
    signer: Signer,
) -> str:
    """This will return the signed promise (compact JWS) to log an entry.

    Raises LogError `log.entry.malformed`, and ReceiptError `receipt.malformed` for a promise in the past.
    """
    if promised_by <= at:
        raise ReceiptError("receipt.malformed", "A promise is for a later time.")
    payload = promise_payload(
        entry_bytes=entry_bytes,
        lookup_id=lookup_id,
        node_region=node_region,
        origin=origin,
        at=at,
        promised_by=promised_by,
    )
    return sign_payload(payload, signer=signer)


def promise_payload(
    *, entry_bytes: bytes, lookup_id: str, node_region: str, origin: str, at: datetime, promised_by: datetime
) -> bytes:
    """This will return the bytes to sign of a promise to log an entry; times are cut to whole seconds.

    `at` is when it is signed, which may be again and after `promised_by`. Raises LogError `log.entry.malformed` for an entry that is none.
    """
    parse_entry(entry_bytes)
    payload = {
        "v": RECEIPT_VERSION,
        "entry": b64url(entry_bytes),
        "leaf": b64url(leaf_hash(entry_bytes)),
        "lookup_id": lookup_id,
        "region": node_region,
        "origin": origin,
        "iat": int(at.timestamp()),
        "promised_by": int(promised_by.timestamp()),
    }
    return canonical_json(payload)


def complete_receipt(*, receipt: str, index: int, size: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """This will return the completed receipt (canonical JSON): the signed promise and the proof that it was kept.

    Raises ReceiptError `receipt.checkpoint` where the checkpoint is not of `size` leaves.
    """
    if parse_checkpoint_text(parse_note(checkpoint).text).size != size:
        raise ReceiptError("receipt.checkpoint", "The checkpoint is not of the size that the proof is for.")
    return canonical_json(
        {
            "v": RECEIPT_VERSION,
            "receipt": receipt,
            "index": index,
            "proof": [b64url(item) for item in proof],
            "checkpoint": checkpoint.decode(),
        }
    )


def unverified_promise(receipt: str | bytes) -> Promise:
    """This will return what a receipt claims, only to find the keys of its region; raises ReceiptError."""
    return _parse_promise(unverified_payload(_split(receipt)[0]))


def verify_receipt(
    receipt: str | bytes,
    *,
    receipt_keys: Mapping[str, TrustedKey],
    log_key: NoteKey,
    origin: str,
    witness_keys: Iterable[NoteKey],
    at: datetime,
    added_keys: Iterable[NoteKey] = (),
) -> VerifiedReceipt:
    """This will verify a promised (one line) or completed (JSON) receipt of the node that the keys belong to.

    1 signature by a receipt key of the node. 2 entry and leaf belong together. 3 made for this log, not in the future.
    4 where completed: head signed by the log, its SM2 lines (`added_keys`) hold, 5 the leaf is in it, 6 every line of a named witness holds.
    The caller MUST judge the keys' from and to, how many witnesses it wants, and `code` of the result.
    Raises ReceiptError `receipt.malformed|key_unknown|signature|leaf|origin|future|checkpoint|inclusion|cosignature`.
    """
    token, completion = _split(receipt)
    promise = _parse_promise(verified_payload(token, keys=receipt_keys))  # 1
    if leaf_hash(promise.entry) != promise.leaf:  # 2
        raise ReceiptError("receipt.leaf", "The leaf hash is not that of the entry.")
    try:
        entry = parse_entry(promise.entry)
    except LogError as error:
        raise ReceiptError("receipt.malformed", "The receipt holds no canonical entry.") from error
    if promise.origin != origin:  # 3
        raise ReceiptError("receipt.origin", "The receipt promises another log.")
    if promise.issued_at > at + CLOCK_TOLERANCE:
        raise ReceiptError("receipt.future", "The receipt is dated in the future.")
    if completion is None:
        overdue = at > promise.promised_by
        return VerifiedReceipt(
            state=ReceiptState.OVERDUE if overdue else ReceiptState.PROMISED,
            code=PROMISE_OVERDUE if overdue else None,
            promise=promise,
            entry=entry,
        )
    checkpoint = _verified_head(completion, origin=origin, log_key=log_key, added=added_keys)  # 4
    _require_included(completion, promise=promise, checkpoint=checkpoint)  # 5
    return VerifiedReceipt(
        state=ReceiptState.INCLUDED,
        code=None,
        promise=promise,
        entry=entry,
        index=completion.index,
        checkpoint=checkpoint,
        cosignatures=_verified_cosignatures(completion, witness_keys),  # 6
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Completion:
    index: int
    proof: tuple[bytes, ...]
    note: bytes


def _split(receipt: str | bytes) -> tuple[str, _Completion | None]:
    data = (
        receipt.encode("utf-8", "replace") if isinstance(receipt, str) else receipt
    )  # what has no UTF-8 is no receipt
    if not data.startswith(b"{"):
        try:
            return data.decode("ascii"), None
        except UnicodeDecodeError as error:
            raise ReceiptError("receipt.malformed", "The receipt is neither a JWS nor JSON.") from error
    try:
        raw = strict_json_loads(data, max_bytes=MAX_COMPLETED_BYTES, floats=False)
        members = _exact_members(raw, _COMPLETED_MEMBERS)
        token, index, proof, note = (members[name] for name in ("receipt", "index", "proof", "checkpoint"))
        if not isinstance(token, str) or not isinstance(note, str) or not _is_integer(index):
            raise ReceiptError("receipt.malformed", "A member of the completed receipt is of another kind.")
        if not isinstance(proof, list) or len(proof) > _MAX_PATH or not all(isinstance(item, str) for item in proof):
            raise ReceiptError("receipt.malformed", "The proof is not a short array of hashes.")
        path = tuple(b64url_decode_strict(item) for item in proof)
    except CanonicalError as error:
        raise ReceiptError("receipt.malformed", "The completed receipt is not strict JSON.") from error
    return token, _Completion(index=index, proof=path, note=note.encode())


def _parse_promise(payload: bytes) -> Promise:
    try:
        raw = strict_json_loads(payload, max_bytes=MAX_RECEIPT_BYTES, floats=False)
        members = _exact_members(raw, _PROMISE_MEMBERS)
        texts = [members[name] for name in ("entry", "leaf", "lookup_id", "region", "origin")]
        seconds = [members[name] for name in ("iat", "promised_by")]
        if not all(isinstance(text, str) for text in texts):
            raise ReceiptError("receipt.malformed", "A member of the receipt is not a text.")
        if not all(_is_integer(second) and 0 <= second <= _LAST_SECOND for second in seconds):
            raise ReceiptError("receipt.malformed", "A time of the receipt is not in whole seconds.")
        entry, leaf = b64url_decode_strict(texts[0]), b64url_decode_strict(texts[1])
    except CanonicalError as error:
        raise ReceiptError("receipt.malformed", "The receipt's payload is not strict JSON.") from error
    issued_at, promised_by = (datetime.fromtimestamp(second, UTC) for second in seconds)
    return Promise(
        entry=entry,
        leaf=leaf,
        lookup_id=texts[2],
        region=texts[3],
        origin=texts[4],
        issued_at=issued_at,
        promised_by=promised_by,
    )


def _verified_head(completion: _Completion, *, origin: str, log_key: NoteKey, added: Iterable[NoteKey]) -> Checkpoint:
    try:
        return verify_checkpoint(completion.note, origin=origin, key=log_key, added=added)
    except LogError as error:
        raise ReceiptError("receipt.checkpoint", "The checkpoint is not a signed head of the log.") from error


def _require_included(completion: _Completion, *, promise: Promise, checkpoint: Checkpoint) -> None:
    try:
        verify_inclusion(
            leaf=promise.leaf,
            index=completion.index,
            size=checkpoint.size,
            proof=completion.proof,
            root=checkpoint.root,
        )
    except LogError as error:
        raise ReceiptError("receipt.inclusion", "The proof does not show the entry in the log.") from error


def _verified_cosignatures(completion: _Completion, keys: Iterable[NoteKey]) -> tuple[Cosignature, ...]:
    try:
        return verify_cosignatures(completion.note, keys=keys)
    except LogError as error:
        raise ReceiptError("receipt.cosignature", "A named witness's cosignature does not hold.") from error


def _exact_members(raw: Any, names: frozenset[str]) -> dict[str, Any]:
    if not isinstance(raw, dict) or raw.keys() != names or not _is_integer(raw["v"]) or raw["v"] != RECEIPT_VERSION:
        raise ReceiptError("receipt.malformed", "The receipt is of another version or has other members.")
    return raw


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
