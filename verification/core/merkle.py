"""The RFC 9162 Merkle tree over SHA-256: hashing, growing, proving and verifying, from hashes and integers only.

A node is named by its level (0 = leaf hashes) and its index within that level; only complete subtrees have a node.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from verification.core.errors import LogError

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
MAX_TREE_SIZE = 2**63 - 1  # RFC 9162 sizes have 64 bits; databases hold 63

_LEAF_PREFIX = b"\x00"
_NODE_PREFIX = b"\x01"

NodeAt = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """This will return the 32-byte hash of one log entry (RFC 9162, 2.1.1)."""
    return sha256(_LEAF_PREFIX + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """This will return the 32-byte hash of an inner node (RFC 9162, 2.1.1)."""
    return sha256(_NODE_PREFIX + left + right).digest()


@dataclass(frozen=True, slots=True)
class NewNodes:
    """This will tell the consecutive nodes of one level that an append completed; `start` is the index of the first."""

    level: int
    start: int
    hashes: tuple[bytes, ...]


class CompactRange:
    """This will hold the right edge of a growing tree: its size and the roots of its complete subtrees."""

    __slots__ = ("_peaks", "size")

    def __init__(self, *, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """This will resume a tree of `size` leaves from its peaks, largest subtree first (none for an empty tree).

        Raises LogError `log.range` where size and peaks do not belong together.
        """
        if not 0 <= size <= MAX_TREE_SIZE or len(peaks) != size.bit_count():
            raise LogError("log.range", "The number of peaks does not fit the tree size.")
        if any(len(peak) != HASH_SIZE for peak in peaks):
            raise LogError("log.range", "A peak is not 32 bytes long.")
        self.size = size
        ascending = iter(reversed(peaks))
        self._peaks: list[bytes | None] = [
            next(ascending) if size >> level & 1 else None for level in range(size.bit_length())
        ]

    @classmethod
    def of_tree(cls, *, size: int, node_at: NodeAt) -> "CompactRange":
        """This will resume a tree of `size` leaves by reading its peaks."""
        return cls(size=size, peaks=[node_at(level, index) for level, index in _peaks_of(0, size)])

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """This will return the roots of the complete subtrees, largest first."""
        return tuple(peak for peak in reversed(self._peaks) if peak is not None)

    def extend(self, leaf_hashes: Sequence[bytes]) -> tuple[NewNodes, ...]:
        """This will append leaf hashes and return every node completed by them, level by level from the leaves.

        Working level by level costs one hash a leaf and no look-up; raises LogError `log.range` on a wrong length.
        """
        if any(len(item) != HASH_SIZE for item in leaf_hashes):
            raise LogError("log.range", "A leaf hash is not 32 bytes long.")
        completed: list[NewNodes] = []
        hashes, start, level = list(leaf_hashes), self.size, 0
        self.size += len(hashes)
        while hashes:
            completed.append(NewNodes(level, start, tuple(hashes)))
            if level == len(self._peaks):
                self._peaks.append(None)
            waiting = self._peaks[level]
            if waiting is not None:  # True exactly where `start` is odd.
                hashes.insert(0, waiting)
            self._peaks[level] = hashes.pop() if len(hashes) & 1 else None
            pairs = iter(hashes)
            hashes = [sha256(_NODE_PREFIX + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
            start, level = start // 2, level + 1
        return tuple(completed)

    def root(self) -> bytes:
        """This will return the root hash; of an empty tree that is the hash of nothing (RFC 9162, 2.1.1)."""
        return _fold(self.peaks)


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """This will return the root hash of a whole tree given as its leaf hashes."""
    tree = CompactRange()
    tree.extend(leaf_hashes)
    return tree.root()


def inclusion_proof(*, index: int, size: int, node_at: NodeAt) -> tuple[bytes, ...]:
    """This will return the audit path of one leaf in the tree of `size` leaves (RFC 9162, 2.1.3.1).

    Requires 0 <= index < size; raises LogError `log.range` otherwise.
    """
    if not 0 <= index < size <= MAX_TREE_SIZE:
        raise LogError("log.range", "The leaf index is not below the tree size.")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        split = low + _largest_power_below(high - low)
        if index < split:
            path.append(_root_between(split, high, node_at))
            high = split
        else:
            path.append(_root_between(low, split, node_at))
            low = split
    return tuple(reversed(path))


def consistency_proof(*, old_size: int, new_size: int, node_at: NodeAt) -> tuple[bytes, ...]:
    """This will return the proof that the larger tree begins with the smaller one (RFC 9162, 2.1.4.1).

    Requires 0 < old_size <= new_size; raises LogError `log.range` otherwise.
    """
    if not 0 < old_size <= new_size <= MAX_TREE_SIZE:
        raise LogError("log.range", "A consistency proof needs 0 < old size <= new size.")
    path: list[bytes] = []
    low, high = 0, new_size
    while old_size != high:
        split = low + _largest_power_below(high - low)
        if old_size <= split:
            path.append(_root_between(split, high, node_at))
            high = split
        else:
            path.append(_root_between(low, split, node_at))
            low = split
    if low:  # The verifier already knows the old root, so it is left out while the left edge is the whole old tree.
        path.append(_root_between(low, high, node_at))
    return tuple(reversed(path))


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """This will return quietly where the 32-byte leaf hash stands at `index` in the tree (RFC 9162, 2.1.3.2).

    Requires 0 <= index < size; raises LogError `log.inclusion` for every proof that does not hold.
    """
    if not 0 <= index < size <= MAX_TREE_SIZE or _wrong_length((leaf, root, *proof)):
        raise LogError("log.inclusion", "The inclusion proof is malformed.")
    computed, place, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            raise LogError("log.inclusion", "The inclusion proof is too long.")
        if place & 1 or place == last:
            computed = node_hash(sibling, computed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        place, last = place >> 1, last >> 1
    if last != 0 or computed != root:
        raise LogError("log.inclusion", "The inclusion proof does not lead to the root.")


def verify_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """This will return quietly where the new tree begins with the old one (RFC 9162, 2.1.4.2).

    Requires 0 < old_size <= new_size: that a tree begins with nothing needs no proof and says nothing about its root.
    Raises LogError `log.consistency` for every proof that does not hold.
    """
    if not 0 < old_size <= new_size <= MAX_TREE_SIZE or _wrong_length(proof):
        raise LogError("log.consistency", "The consistency proof is malformed.")
    if old_size == new_size:
        if proof or old_root != new_root:
            raise LogError(
                "log.consistency", "Trees of one size are consistent by equal roots and an empty proof only."
            )
        return
    _walk_consistency(old_size, new_size, old_root, new_root, proof)


def _walk_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    # Steps 2 to 7 of RFC 9162, 2.1.4.2: both roots are rebuilt from one path.
    nodes = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not nodes:
        raise LogError("log.consistency", "The consistency proof is empty.")
    rebuilt_old = rebuilt_new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            raise LogError("log.consistency", "The consistency proof is too long.")
        if place & 1 or place == last:
            rebuilt_old, rebuilt_new = node_hash(node, rebuilt_old), node_hash(node, rebuilt_new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            rebuilt_new = node_hash(rebuilt_new, node)
        place, last = place >> 1, last >> 1
    if last != 0 or rebuilt_old != old_root or rebuilt_new != new_root:
        raise LogError("log.consistency", "The consistency proof does not lead to both roots.")


def _wrong_length(hashes: Iterable[bytes]) -> bool:
    return any(len(item) != HASH_SIZE for item in hashes)


def _largest_power_below(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def _peaks_of(low: int, high: int) -> list[tuple[int, int]]:
    # `low` is a multiple of every power of two up to the range's length, as all splits of RFC 9162 make it.
    peaks: list[tuple[int, int]] = []
    while low < high:
        level = (high - low).bit_length() - 1
        peaks.append((level, low >> level))
        low += 1 << level
    return peaks


def _root_between(low: int, high: int, node_at: NodeAt) -> bytes:
    return _fold([node_at(level, index) for level, index in _peaks_of(low, high)])


def _fold(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root
