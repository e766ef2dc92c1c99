"""What the log says: receipts promised and completed, checkpoints with cosignatures, requests to witnesses, entries, tiles."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.core.canonical import canonical_json
from tests.fuzz.keys import Pair, pair
from tests.fuzz.spoil_bytes import bytes_mutators, text_mutators
from tests.fuzz.spoil_json import json_mutators
from tests.fuzz.spoil_tokens import decoded, has_one_reading, parts_of, token_mutators
from tests.fuzz.target import Mutant, Mutator, Target
from verification.core.add_checkpoint import AddCheckpoint, build_add_checkpoint, parse_add_checkpoint
from verification.core.checkpoint import (
    add_signature_lines,
    build_checkpoint,
    cosign,
    verify_checkpoint,
    verify_cosignatures,
)
from verification.core.errors import LogError, ReceiptError
from verification.core.log_mark import NOTHING_SIGNED, mark_bytes, parse_mark
from verification.core.lookup_entry import EntryKind, build_entry, parse_entry
from verification.core.merkle import CompactRange, inclusion_proof, leaf_hash
from verification.core.note import NoteKey, NoteSigner, SignatureType, parse_vkey
from verification.core.receipt import build_receipt, complete_receipt, verify_receipt
from verification.core.receipt_signature import sign_payloads
from verification.core.tiles import entries_path, parse_tile_path, tile_path

_AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
_ORIGIN = "zhejiang.example/log"
_SIZE = 11
_PLACES = (6, 10)


_ODD_PARTS = ("", "0", "1", "00", "2", "-1", "1024", "9999", "٣", "AAAA", "A" * 43, "A" * 430)


def _note_signer(name: str, seed: int, kind: SignatureType) -> NoteSigner:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return NoteSigner(
        key=NoteKey(name=name, public_key=private.public_key().public_bytes_raw(), kind=kind), sign=private.sign
    )


_LOG = _note_signer(_ORIGIN, 1, SignatureType.ED25519)
_WITNESSES = [
    _note_signer(f"{name}.example/witness", seed, SignatureType.COSIGNATURE_V1) for seed, name in ((2, "sh"), (3, "js"))
]
_SM2 = pair("SM2", 7)
_ADDED = NoteSigner(
    key=NoteKey(name=_ORIGIN, public_key=_SM2.spki, kind=SignatureType.SM2), sign=_SM2.signer.sign
)  # a guomi node's second line over the same head
_STRANGER = _note_signer(_ORIGIN, 9, SignatureType.ED25519)


def _entry(number: int) -> bytes:
    members = {"verdict": "VALID", "number": number}
    data, _ = build_entry(
        kind=EntryKind.LOOKUP_VERIFIED, hour="2026-03-01T08Z", members=members, random=Random(number).randbytes
    )
    return data


def _note(entries: list[bytes], signer: NoteSigner = _LOG, added: Sequence[NoteSigner] = ()) -> tuple[bytes, Any]:
    tree, nodes = CompactRange(), {}
    for new in tree.extend([leaf_hash(entry) for entry in entries]):
        nodes.update({(new.level, new.start + at): value for at, value in enumerate(new.hashes)})
    note = build_checkpoint(origin=_ORIGIN, size=len(entries), root=tree.root(), signer=signer, added=added)
    lines = [cosign(note, at=_AT + timedelta(seconds=2), signer=witness) for witness in _WITNESSES]
    return add_signature_lines(note, lines=lines), lambda level, at: nodes[level, at]


def _receipts(by: Pair) -> tuple[list[str], list[bytes]]:
    """Two promises, and what completes them."""
    entries = [_entry(number) for number in range(_SIZE)]
    note, node_at = _note(entries)
    promised = [
        build_receipt(
            entry_bytes=entries[index],
            lookup_id=f"0f8fad5b-d9cb-469f-a165-7086772895{index:02d}",
            node_region="330000",
            origin=_ORIGIN,
            at=_AT,
            promised_by=_AT + timedelta(seconds=60),
            signer=by.signer,
        )
        for index in _PLACES
    ]
    completed = [
        complete_receipt(
            receipt=receipt,
            index=index,
            size=_SIZE,
            proof=inclusion_proof(index=index, size=_SIZE, node_at=node_at),
            checkpoint=note,
        )
        for index, receipt in zip(_PLACES, promised, strict=True)
    ]
    return promised, completed


def receipt_target(suite: str) -> Target:
    """Receipts, promised and completed."""
    by = pair(suite, 1)
    promised, completed = _receipts(by)
    batch = sign_payloads([decoded(parts_of(one)[1]) for one in promised], signer=by.signer)

    def read(receipt: str | bytes) -> Any:
        return verify_receipt(
            receipt,
            receipt_keys={by.trusted.kid: by.trusted},
            log_key=_LOG.key,
            origin=_ORIGIN,
            witness_keys=[witness.key for witness in _WITNESSES],
            at=_AT,
        )

    meanings = [read(one) for one in (*promised, *batch, *completed)]
    essentials = [(one.state, one.promise, one.index, one.checkpoint) for one in meanings]

    def entitled(_input: Any, meaning: Any) -> bool:
        known = meaning.cosignatures == () or set(meaning.cosignatures) <= set(meanings[-1].cosignatures)
        return known and (meaning.state, meaning.promise, meaning.index, meaning.checkpoint) in essentials

    return Target(
        name=f"receipt-{suite}",
        seeds=[*promised, *batch, *completed],
        read=read,
        named=(ReceiptError,),
        entitled=entitled,
        sound=has_one_reading,
        mutators=_for_both([*token_mutators(promised, by=by), *[_batch_parts(batch)] * 8], completed),
    )


def _batch_parts(batch: list[str]) -> Mutator:
    """A receipt of a batch with a part of another, another place, or a path too long or too short."""

    def mutate(rng: Random, text: str) -> Mutant:
        parts, other = rng.choice(batch).split("."), rng.choice([*batch, text]).split(".")
        at = rng.randrange(6)
        parts[at] = rng.choice((other[at % len(other)], *_ODD_PARTS, parts[at] + parts[at], parts[at][:-1]))
        return Mutant(".".join(parts))

    return mutate


def _for_both(tokens: list[Mutator], completed: list[bytes]) -> list[Mutator]:
    """A promise is text, a completed receipt JSON around it."""
    over_json = [*json_mutators() * 12, *bytes_mutators(completed)]

    def mutate(rng: Random, seed: Any) -> Mutant:
        if isinstance(seed, str):
            return rng.choice(tokens)(rng, seed)
        if rng.random() < 0.6:
            return rng.choice(over_json)(rng, seed)
        members = json.loads(seed)
        changed = rng.choice(tokens)(rng, members["receipt"])
        return Mutant(json.dumps(members | {"receipt": changed.input}).encode(), ours=changed.ours)

    return [mutate]


def log_targets() -> list[Target]:
    """Everything of the log that is no receipt."""
    heads = ((3, ()), (_SIZE, ()), (5, (_ADDED,)))
    notes = [_note([_entry(number) for number in range(size)], added=added)[0] for size, added in heads]
    asks = [build_add_checkpoint(old_size=3, proof=[bytes(32), b"\1" * 32], note=notes[1])]
    vkeys = [signer.key.vkey for signer in (_LOG, _ADDED, *_WITNESSES)]
    paths = [tile_path(level=0, index=1234067), tile_path(level=3, index=5, width=9), entries_path(index=7)]
    marks = [mark_bytes(NOTHING_SIGNED), b'{"size":3,"root":"' + b"00" * 32 + b'","intended":null}\n']
    entries = [_entry(1), _entry(2)]

    def ask_again(ask: AddCheckpoint) -> bytes:
        return build_add_checkpoint(old_size=ask.old_size, proof=ask.proof, note=ask.note)

    in_json = json_mutators() * 12
    return [
        _checkpoint(notes),
        _exact(
            "add-checkpoint", asks, parse_add_checkpoint, lambda data, ask: ask_again(ask) == data, bytes_mutators(asks)
        ),
        _exact("entry", entries, parse_entry, _is_canonical, [*in_json, *bytes_mutators(entries)]),
        _exact(
            "log-mark",
            marks,
            parse_mark,
            lambda _data, mark: parse_mark(mark_bytes(mark)) == mark,
            [*in_json, *bytes_mutators(marks)],
        ),
        _exact("vkey", vkeys, parse_vkey, lambda text, key: key.vkey == text, text_mutators(vkeys)),
        _exact("tile-path", paths, parse_tile_path, lambda text, tile: tile.path == text, text_mutators(paths)),
    ]


def _checkpoint(notes: list[bytes]) -> Target:
    """Heads with cosignatures; lines may go missing, never be made up."""

    def read(note: bytes) -> Any:
        checkpoint = verify_checkpoint(note, origin=_ORIGIN, key=_LOG.key, added=[_ADDED.key])
        return checkpoint, verify_cosignatures(note, keys=[witness.key for witness in _WITNESSES])

    good = [read(note) for note in notes]

    def signed_head(_note: Any, meaning: Any) -> bool:
        return any(meaning[0] == head and set(meaning[1]) <= set(lines) for head, lines in good)

    lent = [*notes, _note([_entry(0)], _STRANGER)[0]]
    return Target(
        name="checkpoint",
        seeds=notes,
        read=read,
        named=(LogError,),
        entitled=signed_head,
        mutators=[*bytes_mutators(lent), _lines(lent)],
        weight=15,
    )


def _is_canonical(data: bytes, _entry: Any) -> bool:
    return canonical_json(json.loads(data)) == data


def _exact(name: str, seeds: Sequence[Any], read: Any, same: Any, mutators: list[Mutator]) -> Target:
    """A form of one spelling, whoever wrote it."""
    return Target(name=name, seeds=seeds, read=read, named=(LogError,), entitled=same, mutators=mutators, weight=6)


def _lines(notes: list[bytes]) -> Mutator:
    """Signature lines gone, doubled, moved to another head."""

    def mutate(rng: Random, note: bytes) -> Mutant:
        text, _, block = note.rpartition(b"\n\n")
        lines = block.splitlines(keepends=True)
        other = rng.choice(notes).rpartition(b"\n\n")[2].splitlines(keepends=True)
        chosen = rng.choice((rng.sample(lines, len(lines)), lines[:-1], lines + lines[:1], lines + other, other))
        return Mutant(text + b"\n\n" + b"".join(chosen))

    return mutate
