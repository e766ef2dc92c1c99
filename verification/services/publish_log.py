"""Giving waiting entries their indices: the only code that makes leaves, tiles and heads of this node's log.

Order, all in ONE transaction, so that a crash leaves either everything or nothing:
1 take the turn  2 read the last head; refuse a clock behind it  3 resume the tree from the stored tiles and compare it with the head
4 read the waiting entries and re-hash their bytes  5 write leaves with the next indices  6 write tiles  7 sign and store the new head
8 tell the certificates their events are logged, empty the queue.
A second writer fails at 1, and if it did not, at the primary key of the leaf.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from certificates.queries.pending_events import pending_events
from certificates.services.mark_events_logged import mark_events_logged
from verification.adapters.publisher_lock import take_turn
from verification.core.checkpoint import build_checkpoint
from verification.core.errors import LogError
from verification.core.log_names import log_origin
from verification.core.merkle import HASH_SIZE, CompactRange, NewNodes, leaf_hash
from verification.core.tiles import TILE_HEIGHT, TILE_WIDTH, TileName, require_entry_size
from verification.models import Checkpoint, LogEntry, LogLeaf, LogTile, PendingEntry
from verification.queries.log_tree import read_tile, stored_nodes
from verification.services.sign_note import sign_note

BATCH = 1000  # on SQLite a batch keeps other writers waiting: a thousand entries are a tenth of a second


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedBatch:
    """This will tell how many entries got an index, and the size of the log after them."""

    count: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """An entry to be logged; `event_id` where it records a certificate's event."""

    entry_id: int
    leaf_hash: bytes
    event_id: int | None = None


def publish_log(*, at: datetime, limit: int = BATCH) -> PublishedBatch:
    """This will log up to `limit` waiting entries and events and sign the new head; commits all of it or nothing.

    Raises LogError `log.publisher.taken`, `log.clock.back`, `log.tree.disagrees`, `log.entry.altered`, `log.no_key`.
    """
    with transaction.atomic():
        take_turn()
        tree = resume_tree(at=at)
        waiting = _waiting(limit)
        if not waiting:
            return PublishedBatch(count=0, size=tree.size)
        start = tree.size
        _write_leaves(start, waiting)
        _write_tiles(tree.extend([item.leaf_hash for item in waiting]))
        _write_head(tree, at)
        events = {item.event_id: place for place, item in enumerate(waiting, start) if item.event_id is not None}
        mark_events_logged(indices=events, at=at)
        PendingEntry.objects.filter(pk__in=[item.entry_id for item in waiting if item.event_id is None]).delete()
        return PublishedBatch(count=len(waiting), size=tree.size)


def resume_tree(*, at: datetime) -> CompactRange:
    """This will rebuild the right edge of the tree from the stored tiles and compare it with the last signed head.

    Raises LogError `log.clock.back` where `at` lies before that head, `log.tree.disagrees` where storage and head differ.
    """
    head = Checkpoint.objects.order_by("-size").first()
    size = 0 if head is None else head.size
    if head is not None and at < head.at:
        raise LogError("log.clock.back", "The clock stands before the last head: entries wait until it has caught up.")
    last = LogLeaf.objects.order_by("-index").values_list("index", flat=True).first()
    if size != (0 if last is None else last + 1):
        raise LogError("log.tree.disagrees", "The stored leaves do not end where the last signed head ends.")
    try:
        tree = CompactRange.of_tree(size=size, node_at=stored_nodes(size=size))
    except LogError as error:
        raise LogError("log.tree.disagrees", "The stored tiles do not make up the tree of the last head.") from error
    if head is not None and tree.root() != bytes(head.root):
        raise LogError("log.tree.disagrees", "The stored tiles do not lead to the root of the last signed head.")
    return tree


def _waiting(limit: int) -> list[_Waiting]:
    rows = PendingEntry.objects.order_by("entry_id")[:limit].values_list("entry_id", "entry__leaf_hash", "entry__leaf")
    found = [_Waiting(entry_id=pk, leaf_hash=_rehashed(bytes(stored), bytes(leaf))) for pk, stored, leaf in rows]
    if len(found) < limit:
        found += _enter_events(limit - len(found))
    return found


def _enter_events(limit: int) -> list[_Waiting]:
    """This will write the entries of certificates' events, whose bytes the certificates app fixed when they happened."""
    events = {leaf_hash(event.leaf): event for event in pending_events(limit=limit)}
    # A second event of the very same bytes cannot be a second leaf; it stays in the queue for the audit to name, and jams nothing.
    for known in LogEntry.objects.filter(leaf_hash__in=list(events)).values_list("leaf_hash", flat=True):
        del events[bytes(known)]
    for event in events.values():
        require_entry_size(event.leaf)
    rows = LogEntry.objects.bulk_create(
        LogEntry(leaf=event.leaf, leaf_hash=digest, event_id=event.event_id, at=event.at)
        for digest, event in events.items()
    )
    return [_Waiting(entry_id=row.pk, leaf_hash=bytes(row.leaf_hash), event_id=row.event_id) for row in rows]


def _rehashed(stored: bytes, leaf: bytes) -> bytes:
    # Read back and hashed anew: a head is never signed over bytes that changed while they waited.
    if leaf_hash(leaf) != stored:
        raise LogError("log.entry.altered", "A waiting entry does not have the hash that it was stored with.")
    return stored


def _write_leaves(start: int, waiting: Sequence[_Waiting]) -> None:
    LogLeaf.objects.bulk_create(
        LogLeaf(index=index, entry_id=item.entry_id, leaf_hash=item.leaf_hash)
        for index, item in enumerate(waiting, start)
    )


def _write_tiles(completed: Sequence[NewNodes]) -> None:
    tiles: list[LogTile] = []
    for nodes in completed:
        level, between = divmod(nodes.level, TILE_HEIGHT)
        if not between:
            tiles += _grown_tiles(level, nodes)
    LogTile.objects.bulk_create(
        tiles, update_conflicts=True, unique_fields=["level", "index"], update_fields=["hashes"]
    )


def _grown_tiles(level: int, nodes: NewNodes) -> list[LogTile]:
    """The tiles of one level that new nodes touch: of level 0 the full ones, whose leaves are not asked for again; above all."""
    first, offset = divmod(nodes.start, TILE_WIDTH)
    known = read_tile(TileName(level=level, index=first, width=offset)) if offset else b""
    hashes = known + b"".join(nodes.hashes)
    step = TILE_WIDTH * HASH_SIZE
    parts = [hashes[at : at + step] for at in range(0, len(hashes), step)]
    return [
        LogTile(level=level, index=index, hashes=part)
        for index, part in enumerate(parts, first)
        if level or len(part) == step
    ]


def _write_head(tree: CompactRange, at: datetime) -> None:
    root = tree.root()
    note = build_checkpoint(
        origin=log_origin(settings.NODE.region), size=tree.size, root=root, signer=sign_note(purpose="log")
    )
    Checkpoint.objects.create(size=tree.size, root=root, note=note.decode(), at=at)
