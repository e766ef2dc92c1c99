"""The audit of leaves and tiles: the tree is grown anew from the entries' own bytes."""

from collections.abc import Iterator
from dataclasses import dataclass

from verification.core.audit_report import Finding
from verification.core.merkle import HASH_SIZE, CompactRange, NewNodes, leaf_hash
from verification.core.tiles import TILE_HEIGHT, TILE_WIDTH
from verification.models import LogLeaf, LogTile
from verification.services.audit_heads import HeadAudit

_ROWS = 1000


@dataclass(frozen=True, slots=True)
class _Row:
    """A leaf with its entry, as stored."""

    index: int
    leaf_hash: bytes
    entry_leaf: bytes
    entry_hash: bytes


def audit_leaves(*, size: int, heads: HeadAudit) -> list[Finding]:
    """This will check the first `size` leaves, the tiles over them and, through `heads`, every head on the way.

    After the first bad leaf only the leaves themselves are judged: every root and tile above it is bound to differ.
    """
    findings: list[Finding] = []
    tree, tiles, expected = CompactRange(), _TileAudit(), 0
    waiting: list[bytes] = []

    def grow() -> None:
        if not findings:
            findings.extend(tiles.check(tree.extend(waiting)))
        waiting.clear()

    for row in _rows(size):
        if row.index != expected:
            findings.append(_missing(expected))
        elif not _is_its_own_hash(row):
            findings.append(
                Finding(code="entry.altered", text="The entry's bytes do not have the leaf's hash.", index=row.index)
            )
        expected = row.index + 1
        waiting.append(row.leaf_hash)
        if expected == heads.next_size or len(waiting) == _ROWS:
            grow()
        if expected == heads.next_size:
            findings += heads.check(root=None if findings else tree.root())
    if expected != size:
        findings.append(_missing(expected))
    findings += tiles.missing(size=size)
    while heads.next_size is not None:  # heads whose last leaf is gone
        findings += heads.check(root=None)
    return findings


class _TileAudit:
    """The stored tiles beside the nodes that the leaves make."""

    def check(self, completed: tuple[NewNodes, ...]) -> Iterator[Finding]:
        for nodes in completed:
            level, between = divmod(nodes.level, TILE_HEIGHT)
            if not between:
                yield from self._check_level(level, nodes)

    def missing(self, *, size: int) -> Iterator[Finding]:
        level = 0
        while (nodes := size >> TILE_HEIGHT * level) > 0:
            wanted = -(-nodes // TILE_WIDTH) if level else nodes // TILE_WIDTH  # of leaves only full tiles are stored
            if LogTile.objects.filter(level=level, index__lt=wanted).count() != wanted:
                yield Finding(code="tile.missing", text=f"A tile of level {level} is not there.")
            level += 1

    def _check_level(self, level: int, nodes: NewNodes) -> Iterator[Finding]:
        end = nodes.start + len(nodes.hashes)
        stored = LogTile.objects.filter(
            level=level, index__gte=nodes.start // TILE_WIDTH, index__lte=(end - 1) // TILE_WIDTH
        )
        for tile in stored.order_by("index"):
            first = tile.index * TILE_WIDTH
            low, high = max(first, nodes.start), min(first + TILE_WIDTH, end)
            ours = b"".join(nodes.hashes[low - nodes.start : high - nodes.start])
            theirs = bytes(tile.hashes)[(low - first) * HASH_SIZE : (high - first) * HASH_SIZE]
            if ours != theirs:
                index = (low + _first_difference(ours, theirs)) << level * TILE_HEIGHT
                text = f"Tile {tile.index} of level {level} has another hash over this leaf."
                yield Finding(code="tile.differs", text=text, index=index)


def _rows(size: int) -> Iterator[_Row]:
    rows = LogLeaf.objects.filter(index__lt=size).order_by("index")
    columns = rows.values_list("index", "leaf_hash", "entry__leaf", "entry__leaf_hash")
    for index, stored, leaf, entry_hash in columns.iterator(chunk_size=_ROWS):
        yield _Row(index, bytes(stored), bytes(leaf), bytes(entry_hash))


def _is_its_own_hash(row: _Row) -> bool:
    return leaf_hash(row.entry_leaf) == row.entry_hash == row.leaf_hash


def _first_difference(ours: bytes, theirs: bytes) -> int:
    places = range(0, len(ours), HASH_SIZE)
    return next(at for at in places if ours[at : at + HASH_SIZE] != theirs[at : at + HASH_SIZE]) // HASH_SIZE


def _missing(index: int) -> Finding:
    return Finding(code="entry.missing", text="A leaf, or the entry it stands for, is not there.", index=index)
