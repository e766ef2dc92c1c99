"""The tree of this node's log as stored: tiles, nodes, proofs. The tree ends where the last signed checkpoint ends."""

from dataclasses import dataclass
from functools import lru_cache

from verification.core.errors import LogError
from verification.core.merkle import HASH_SIZE, NodeAt, consistency_proof, inclusion_proof
from verification.core.tiles import (
    TILE_WIDTH,
    TileName,
    build_entry_bundle,
    node_from_tiles,
    parse_tile_path,
    width_in_tree,
)
from verification.models import Checkpoint, LogLeaf, LogTile

_TILES_IN_HAND = 64  # one proof in a tree of 2^40 leaves touches ten tiles


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredInclusion:
    """This will hold where a leaf stands and its audit path to the root of the tree of `size` leaves."""

    leaf_hash: bytes
    index: int
    size: int
    proof: tuple[bytes, ...]


def tree_size() -> int:
    """This will give the size of the last signed checkpoint, 0 before the first."""
    return Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0


def stored_nodes(*, size: int) -> NodeAt:
    """This will give a `node_at` over the stored tree of `size` leaves; tiles read are kept for this reader only."""
    return node_from_tiles(size=size, read_tile=lru_cache(maxsize=_TILES_IN_HAND)(read_tile))


def read_tile(name: TileName) -> bytes:
    """This will give a tile's hashes; raises LogError `log.tile` where fewer are stored than its name says.

    A tile of level 0 is stored once full, until then its hashes are those of its leaves; higher ones are stored as they grow.
    """
    if name.level is None:
        raise LogError("log.tile", "An entry bundle holds no hashes.")
    stored = LogTile.objects.filter(level=name.level, index=name.index).values_list("hashes", flat=True).first()
    content = bytes(stored) if stored is not None else b""
    if name.level == 0 and not content:
        first = name.index * TILE_WIDTH
        leaves = LogLeaf.objects.filter(index__gte=first, index__lt=first + name.width).order_by("index")
        content = b"".join(bytes(item) for item in leaves.values_list("leaf_hash", flat=True))
    if len(content) < name.width * HASH_SIZE:
        raise LogError("log.tile", "The stored tile is shorter than the tree needs it.")
    return content[: name.width * HASH_SIZE]


def public_tile(*, path: str) -> bytes:
    """This will give the bytes under a tile's path, hashes or entries (C2SP tlog-tiles).

    Raises LogError `log.tile`, also for a tile that the last checkpoint does not reach.
    """
    name = parse_tile_path(path)
    level = name.level or 0
    if name.width > width_in_tree(level=level, index=name.index, size=tree_size()):
        raise LogError("log.tile", "The signed tree does not reach this tile.")
    return read_tile(name) if name.level is not None else _entry_bundle(name)


def inclusion(*, leaf_hash: bytes, size: int | None = None) -> StoredInclusion | None:
    """This will prove a leaf in the tree of `size` leaves (default: the last signed), or give None where it is not in it."""
    index = LogLeaf.objects.filter(entry__leaf_hash=leaf_hash).values_list("index", flat=True).first()
    size = tree_size() if size is None else size
    if index is None or index >= size:
        return None
    proof = inclusion_proof(index=index, size=size, node_at=stored_nodes(size=size))
    return StoredInclusion(leaf_hash=leaf_hash, index=index, size=size, proof=proof)


def consistency(*, old_size: int, new_size: int) -> tuple[bytes, ...]:
    """This will prove that the tree of `new_size` begins with that of `old_size`; from 0 there is nothing to prove.

    Raises LogError `log.range`.
    """
    if old_size == 0:
        return ()
    return consistency_proof(old_size=old_size, new_size=new_size, node_at=stored_nodes(size=new_size))


def _entry_bundle(name: TileName) -> bytes:
    first = name.index * TILE_WIDTH
    leaves = LogLeaf.objects.filter(index__gte=first, index__lt=first + name.width).order_by("index")
    return build_entry_bundle([bytes(item) for item in leaves.values_list("entry__leaf", flat=True)])
