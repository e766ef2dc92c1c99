"""Tiles of the log as C2SP tlog-tiles names and fills them: 256 nodes wide, full or partial, and entry bundles."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from verification.core.errors import LogError
from verification.core.merkle import HASH_SIZE, MAX_TREE_SIZE, CompactRange, NodeAt

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MAX_TILE_LEVEL = 63  # C2SP tlog-tiles: levels go to 63
MAX_ENTRY_SIZE = 0xFFFF  # The length prefix of an entry bundle is 16 bits wide.

_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TileName:
    """This will name a tile by level (None for an entry bundle), index in the level, and width (256 when full)."""

    level: int | None
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if self.level is not None and not 0 <= self.level <= MAX_TILE_LEVEL:
            raise LogError("log.tile", "The tile level is out of range.")
        if not 0 <= self.index <= MAX_TREE_SIZE or not 0 < self.width <= TILE_WIDTH:
            raise LogError("log.tile", "The tile index or width is out of range.")

    @property
    def path(self) -> str:
        """This will return `tile/<L>/<N>[.p/<W>]`, the path below the log's prefix."""
        groups = f"{self.index:03d}"
        groups = groups.zfill(-(-len(groups) // 3) * 3)
        parts = [groups[at : at + 3] for at in range(0, len(groups), 3)]
        number = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{'entries' if self.level is None else self.level}/{number}{partial}"


def tile_path(*, level: int, index: int, width: int = TILE_WIDTH) -> str:
    """This will return the path of a tile of hashes."""
    return TileName(level=level, index=index, width=width).path


def entries_path(*, index: int, width: int = TILE_WIDTH) -> str:
    """This will return the path of an entry bundle."""
    return TileName(level=None, index=index, width=width).path


def parse_tile_path(path: str) -> TileName:
    """This will read a tile's path, accepting only the one spelling that tlog-tiles allows.

    Raises LogError `log.tile`.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise LogError("log.tile", "The path is not that of a tile.")
    level, width = match["level"], match["width"]
    name = TileName(
        level=None if level == "entries" else int(level),
        index=int(match["index"].replace("x", "").replace("/", "")),
        width=TILE_WIDTH if width is None else int(width),
    )
    if name.path != path:  # Leading zeroes, and a full tile written as a partial one.
        raise LogError("log.tile", "The tile path is not in its shortest form.")
    return name


def width_in_tree(*, level: int, index: int, size: int) -> int:
    """This will return how many nodes the tile holds in a tree of `size` leaves: 0 where it does not exist yet."""
    return max(0, min(TILE_WIDTH, (size >> TILE_HEIGHT * level) - index * TILE_WIDTH))


def tiles_of_growth(*, old_size: int, new_size: int) -> Iterator[TileName]:
    """This will name the tiles of hashes to write when a tree grows: the changed right edge and all that is new."""
    level = 0
    while (nodes := new_size >> TILE_HEIGHT * level) > 0:
        known = old_size >> TILE_HEIGHT * level
        if nodes > known:
            for index in range(known // TILE_WIDTH, -(-nodes // TILE_WIDTH)):
                width = width_in_tree(level=level, index=index, size=new_size)
                yield TileName(level=level, index=index, width=width)
        level += 1


def tile_content(name: TileName, *, node_at: NodeAt) -> bytes:
    """This will return the tile's hashes, one after the other, 32 bytes each.

    Raises LogError `log.tile` for an entry bundle, which holds entries and no hashes.
    """
    if name.level is None:
        raise LogError("log.tile", "An entry bundle holds no hashes.")
    level, first = name.level * TILE_HEIGHT, name.index * TILE_WIDTH
    return b"".join([node_at(level, index) for index in range(first, first + name.width)])


def node_from_tiles(*, size: int, read_tile: Callable[[TileName], bytes]) -> NodeAt:
    """This will return a `node_at` for a tree of `size` leaves that reads tiles and hashes the levels in between.

    The returned function raises LogError `log.tile` where a tile has not the length that its name says.
    """

    def node_at(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile_index, offset = divmod(index << height, TILE_WIDTH)
        width = width_in_tree(level=tile_level, index=tile_index, size=size)
        count = 1 << height
        if offset + count > width:
            raise LogError("log.tile", "The tree has no such complete subtree.")
        content = read_tile(TileName(level=tile_level, index=tile_index, width=width))
        if len(content) != width * HASH_SIZE:
            raise LogError("log.tile", "The tile is not as long as its name says.")
        nodes = [content[at * HASH_SIZE : (at + 1) * HASH_SIZE] for at in range(offset, offset + count)]
        if count == 1:
            return nodes[0]
        subtree = CompactRange()
        subtree.extend(nodes)
        return subtree.root()

    return node_at


def build_entry_bundle(entries: Sequence[bytes]) -> bytes:
    """This will return the entries, each after its length as 16 bits, big-endian.

    Raises LogError `log.entry.size` for an entry that is empty or longer than 65,535 bytes.
    """
    for entry in entries:
        require_entry_size(entry)
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def parse_entry_bundle(content: bytes, *, width: int) -> tuple[bytes, ...]:
    """This will return the `width` entries of a bundle; raises LogError `log.tile` unless exactly these are in it."""
    entries: list[bytes] = []
    at = 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 2], "big")
        entry = content[at + 2 : at + 2 + length]
        if length == 0 or len(entry) != length:
            raise LogError("log.tile", "The entry bundle is cut short or holds an empty entry.")
        entries.append(entry)
        at += 2 + length
    if len(entries) != width:
        raise LogError("log.tile", "The entry bundle holds another number of entries.")
    return tuple(entries)


def require_entry_size(entry: bytes) -> None:
    """This will return quietly where an entry has 1 to 65,535 bytes; raises LogError `log.entry.size` otherwise."""
    if not 0 < len(entry) <= MAX_ENTRY_SIZE:
        raise LogError("log.entry.size", "A log entry has 1 to 65,535 bytes.")
