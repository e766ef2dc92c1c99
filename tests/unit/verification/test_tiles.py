"""Tile names, widths and contents as C2SP tlog-tiles says them."""

import pytest

from verification.core.errors import LogError
from verification.core.merkle import CompactRange, inclusion_proof, leaf_hash, root_of, verify_inclusion
from verification.core.tiles import (
    TileName,
    build_entry_bundle,
    entries_path,
    node_from_tiles,
    parse_entry_bundle,
    parse_tile_path,
    tile_content,
    tile_path,
    tiles_of_growth,
    width_in_tree,
)

SIZE = 70_000


@pytest.fixture(scope="module")
def nodes() -> dict[tuple[int, int], bytes]:
    tree = CompactRange()
    grown = tree.extend([leaf_hash(number.to_bytes(4, "big")) for number in range(SIZE)])
    return {(new.level, new.start + at): value for new in grown for at, value in enumerate(new.hashes)}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (TileName(level=0, index=0), "tile/0/000"),
        (TileName(level=0, index=1234067), "tile/0/x001/x234/067"),
        (TileName(level=2, index=0, width=1), "tile/2/000.p/1"),
        (TileName(level=63, index=1000, width=255), "tile/63/x001/000.p/255"),
        (TileName(level=None, index=273, width=112), "tile/entries/273.p/112"),
    ],
)
def test_a_name_and_its_path_lead_to_each_other(name: TileName, path: str) -> None:
    assert name.path == path
    assert parse_tile_path(path) == name


def test_the_two_short_forms_name_the_same_paths() -> None:
    assert tile_path(level=1, index=17, width=3) == "tile/1/017.p/3"
    assert entries_path(index=17) == "tile/entries/017"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/1",
        "tile/0/x000/001",
        "tile/0/x001/2",
        "tile/0/001/002",
        "tile/00/001",
        "tile/64/001",
        "tile/-1/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000/",
        "tile/0/000\n",
        "/tile/0/000",
        "tile/0/../000",
        "tile/entries/٠٠٠",
        "tile/Entries/000",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        "tile/0/x009/x223/x372/x036/x854/x775/808",  # one more than the largest tree has nodes
    ],
)
def test_refuses_a_path_in_any_other_spelling(path: str) -> None:
    with pytest.raises(LogError) as caught:
        parse_tile_path(path)
    assert caught.value.code == "log.tile"


def test_a_tree_of_70000_has_the_tiles_of_the_specification() -> None:
    tiles = list(tiles_of_growth(old_size=0, new_size=SIZE))
    full = [tile for tile in tiles if tile.width == 256]
    partial = [(tile.level, tile.width) for tile in tiles if tile.width < 256]
    assert [sum(tile.level == level for tile in full) for level in range(3)] == [273, 1, 0]
    assert partial == [(0, 112), (1, 17), (2, 1)]


def test_growth_names_only_what_changed() -> None:
    assert list(tiles_of_growth(old_size=256, new_size=256)) == []
    assert [tile.path for tile in tiles_of_growth(old_size=250, new_size=258)] == [
        "tile/0/000",
        "tile/0/001.p/2",
        "tile/1/000.p/1",
    ]


def test_a_tile_that_is_not_there_yet_has_no_width() -> None:
    assert width_in_tree(level=1, index=0, size=255) == 0
    assert width_in_tree(level=0, index=1, size=256) == 0
    assert width_in_tree(level=0, index=0, size=256) == 256


def test_proofs_read_from_tiles_hold(nodes: dict[tuple[int, int], bytes]) -> None:
    def stored(level: int, index: int) -> bytes:
        return nodes[level, index]

    tiles = {tile: tile_content(tile, node_at=stored) for tile in tiles_of_growth(old_size=0, new_size=SIZE)}
    assert tiles[TileName(level=1, index=0)][:32] == root_of([nodes[0, at] for at in range(256)])
    node_at = node_from_tiles(size=SIZE, read_tile=tiles.__getitem__)
    root = CompactRange.of_tree(size=SIZE, node_at=node_at).root()
    assert root == CompactRange.of_tree(size=SIZE, node_at=stored).root()
    for index in (0, 255, 256, 65_535, 65_536, SIZE - 1):
        proof = inclusion_proof(index=index, size=SIZE, node_at=node_at)
        verify_inclusion(leaf=nodes[0, index], index=index, size=SIZE, proof=proof, root=root)


def test_refuses_a_tile_shorter_than_its_name_says() -> None:
    node_at = node_from_tiles(size=300, read_tile=lambda _name: b"\0" * 32)
    with pytest.raises(LogError) as caught:
        node_at(0, 5)
    assert caught.value.code == "log.tile"


def test_refuses_a_node_of_an_incomplete_subtree() -> None:
    node_at = node_from_tiles(size=300, read_tile=lambda name: b"\0" * 32 * name.width)
    with pytest.raises(LogError) as caught:
        node_at(6, 4)
    assert caught.value.code == "log.tile"


def test_entry_bundles_come_back_whole() -> None:
    entries = (b"a", b"b" * 65_535, b"{}")
    content = build_entry_bundle(entries)
    assert content[:3] == b"\x00\x01a"
    assert parse_entry_bundle(content, width=3) == entries


@pytest.mark.parametrize("entry", [b"", b"x" * 65_536])
def test_refuses_an_empty_or_overlong_entry(entry: bytes) -> None:
    with pytest.raises(LogError) as caught:
        build_entry_bundle([entry])
    assert caught.value.code == "log.entry.size"


@pytest.mark.parametrize("content", [b"\x00", b"\x00\x00", b"\x00\x02a", b"\x00\x01a\x00", b"\x00\x01a\x00\x01b", b""])
def test_refuses_a_bundle_that_does_not_hold_exactly_its_entries(content: bytes) -> None:
    with pytest.raises(LogError) as caught:
        parse_entry_bundle(content, width=1)
    assert caught.value.code == "log.tile"


def test_an_entry_bundle_has_no_hashes() -> None:
    with pytest.raises(LogError):
        tile_content(TileName(level=None, index=0), node_at=lambda _level, _index: b"")
