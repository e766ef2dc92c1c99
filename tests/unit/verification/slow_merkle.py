"""A slow tree, written straight from RFC 9162, that the fast one is held against."""

from hashlib import sha256


def slow_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + slow_root(leaves[:split]) + slow_root(leaves[split:])).digest()


def slow_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 9162, 2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*slow_path(index, leaves[:split]), slow_root(leaves[split:])]
    return [*slow_path(index - split, leaves[split:]), slow_root(leaves[:split])]


def slow_subproof(old_size: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 9162, 2.1.4.1, word for word."""
    if old_size == len(leaves):
        return [] if whole else [slow_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if old_size <= split:
        return [*slow_subproof(old_size, leaves[:split], whole=whole), slow_root(leaves[split:])]
    return [*slow_subproof(old_size - split, leaves[split:], whole=False), slow_root(leaves[:split])]


class SlowTree:
    """Every complete subtree computed from its leaves on demand."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves

    def node_at(self, level: int, index: int) -> bytes:
        first, after = index << level, (index + 1) << level
        assert after <= len(self.leaves), "a proof asked for an incomplete subtree"
        return slow_root(self.leaves[first:after])
