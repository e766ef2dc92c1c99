"""Giving waiting entries their indices: the only code that makes leaves, tiles and heads of this node's log.

Order, all in ONE transaction, so that a crash leaves either everything or nothing:
1 take the turn  2 read the last head; refuse a clock behind it  3 resume the tree from the stored tiles and compare it with the head,
and both with the mark that is kept outside of the database  4 read the waiting entries and re-hash their bytes
5 write leaves with the next indices  6 write tiles  7 sign and store the new head
8 tell the certificates their events are logged, empty the queue  9 write the new head into the mark, last before the commit.
A second writer fails at 1, and if it did not, at the primary key of the leaf.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from certificates.services.mark_events_logged import mark_events_logged
from verification.adapters.publisher_lock import take_turn
from verification.core.checkpoint import build_checkpoint
from verification.core.errors import LogError
from verification.core.log_mark import LogMark
from verification.core.log_names import log_origin
from verification.core.merkle import HASH_SIZE, CompactRange, NewNodes
from verification.core.tiles import TILE_HEIGHT, TILE_WIDTH, TileName
from verification.models import Checkpoint, LogLeaf, LogTile, PendingEntry
from verification.queries.log_tree import read_tile, stored_nodes
from verification.services.remember_head import batch_to_repeat, intend_head, settle_head
from verification.services.sign_note import added_line_signers, sign_note
from verification.services.waiting_entries import Waiting, intended_entries, waiting_entries

BATCH = 1000  # on SQLite a batch keeps other writers waiting: a thousand entries are a tenth of a second


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedBatch:
    """This will tell how many entries got an index, and the size of the log after them."""

    count: int
    size: int


def publish_log(*, at: datetime, limit: int = BATCH) -> PublishedBatch:
    """This will log up to `limit` waiting entries and events and sign the new head; commits all of it or nothing.

    Raises LogError `log.publisher.taken`, `log.clock.back`, `log.tree.disagrees`, `log.entry.altered`, `log.no_key`,
    `log.storage_older`, `log.witness.ahead` (`remember_head`).
    """
    with transaction.atomic():
        take_turn()
        tree = resume_tree(at=at)
        repeated = batch_to_repeat(tree)
        waiting = waiting_entries(limit=limit) if repeated is None else intended_entries(repeated.items)
        if not waiting:
            return PublishedBatch(count=0, size=tree.size)
        committed = LogMark(size=tree.size, root=tree.root())
        start = tree.size
        _write_leaves(start, waiting)
        _write_tiles(tree.extend([item.leaf_hash for item in waiting]))
        _write_head(tree, at)
        events = {item.event_id: place for place, item in enumerate(waiting, start) if item.event_id is not None}
        mark_events_logged(indices=events, at=at)
        PendingEntry.objects.filter(pk__in=[item.entry_id for item in waiting if item.event_id is None]).delete()
        intend_head(committed=committed, tree=tree, items=[one.item for one in waiting])
    settle_head(size=tree.size, root=tree.root())
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


def _write_leaves(start: int, waiting: Sequence[Waiting]) -> None:
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
        origin=log_origin(settings.NODE.region),
        size=tree.size,
        root=root,
        signer=sign_note(purpose="log"),
        added=added_line_signers(),
    )
    Checkpoint.objects.create(size=tree.size, root=root, note=note.decode(), at=at)
