"""Decoys: places in a status list that stand for no licence, so that nobody can count revocations from outside.

IETF Token Status List, section 13.5 (outsider entities): the number of entries set, and how it grows, tells how much an
issuer revokes. A list is born with decoys, an unknown number of them set, and with every real change some of them move, too.
"""

import struct
from collections.abc import Callable, Mapping, Sequence

from certificates.core.status_list import Status

SHARE = 128  # one place in so many is a decoy
_BORN_SET = 4  # at most one decoy in so many is set from the beginning
_MOVED = 3  # fewer than this many move with a change
_STORED_BYTES = 4
_RandomBelow = Callable[[int], int]

# Decoys live as licences do: what is invalid stays so.
_NEXT: Mapping[Status, tuple[Status, ...]] = {
    Status.VALID: (Status.INVALID, Status.INVALID, Status.INVALID, Status.SUSPENDED),
    Status.SUSPENDED: (Status.VALID, Status.INVALID),
    Status.INVALID: (),
}


def draw_decoys(*, size: int, below: _RandomBelow) -> tuple[int, ...]:
    """This will draw the decoys of a new list of `size` entries; `below(n)` gives a secret random number under n."""
    found: set[int] = set()
    while len(found) < size // SHARE:
        found.add(below(size))
    return tuple(sorted(found))


def first_values(decoys: Sequence[int], *, below: _RandomBelow) -> dict[int, int]:
    """This will give the decoys that are set from the beginning, with their values."""
    wanted = below(len(decoys) // _BORN_SET + 1) if decoys else 0
    return {decoys[below(len(decoys))]: int(_drawn(_NEXT[Status.VALID], below)) for _ in range(wanted)}


def moves(decoys: Sequence[int], *, value_of: Callable[[int], int], below: _RandomBelow) -> dict[int, int]:
    """This will give the decoys that move with one publication, with their new values; often none."""
    if not decoys:
        return {}
    changed = {}
    for _ in range(below(_MOVED)):
        index = decoys[below(len(decoys))]
        following = _NEXT[Status(value_of(index))]
        if following:
            changed[index] = int(_drawn(following, below))
    return changed


def stored(decoys: Sequence[int]) -> bytes:
    """This will give the decoys as stored: four bytes each, big-endian."""
    return struct.pack(f">{len(decoys)}I", *decoys)


def read_stored(data: bytes) -> tuple[int, ...]:
    """This will read what `stored` gave."""
    return struct.unpack(f">{len(data) // _STORED_BYTES}I", data)


def _drawn(values: Sequence[Status], below: _RandomBelow) -> Status:
    return values[below(len(values))]
