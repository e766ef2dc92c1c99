"""The copy mark: a copy's 48-bit number as one tile of signs, which the page's security background repeats.

Number and a 32-bit check (SHA-256, so that marks mixed by gluing pages do not add up to another valid one) go through a
convolutional code of rate 1/4 and constraint length 9. The 352 coded signs, and 224 known ones by which a reader finds
the tile's place and turn, lie scattered over 24 by 24 cells, so that a line of text spoils no two neighbours in the code.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import count
from typing import Final

MARK_BITS: Final = 48
TILE_SIDE: Final = 24  # cells along a tile's edge
Cell = tuple[int, int]  # row, column

_CHECK_BITS: Final = 32
_DOMAIN: Final = b"huzheng copy mark 1"
_GENERATORS: Final = (0o463, 0o535, 0o733, 0o745)  # free distance 24, the largest for this length and rate
_MEMORY: Final = 8
_STATES: Final = 1 << _MEMORY
_STEPS: Final = MARK_BITS + _CHECK_BITS + _MEMORY
CODED: Final = _STEPS * len(_GENERATORS)


def _noise() -> Iterator[int]:
    """Bytes that look random and are the same for ever."""
    for block in count():
        yield from sha256(_DOMAIN + block.to_bytes(4, "big")).digest()


@cache
def _layout() -> tuple[tuple[Cell, ...], tuple[int, ...]]:
    """All cells in a fixed shuffled order (coded ones first), and a fixed sign for each."""
    noise = _noise()
    cells = [(row, column) for row in range(TILE_SIDE) for column in range(TILE_SIDE)]
    for last in range(len(cells) - 1, 0, -1):
        pick = int.from_bytes(bytes(next(noise) for _ in range(4)), "big") % (last + 1)
        cells[last], cells[pick] = cells[pick], cells[last]
    return tuple(cells), tuple(1 if next(noise) & 1 else -1 for _ in cells)


def coded_cells() -> tuple[tuple[Cell, int], ...]:
    """This will list the cells of the coded signs in the code's order, each with the sign that scrambles it."""
    cells, signs = _layout()
    return tuple(zip(cells[:CODED], signs[:CODED], strict=True))


def sync_cells() -> tuple[tuple[Cell, int], ...]:
    """This will list the cells whose sign is the same in every mark, with that sign."""
    cells, signs = _layout()
    return tuple(zip(cells[CODED:], signs[CODED:], strict=True))


def _message(number: int) -> tuple[int, ...]:
    check = sha256(_DOMAIN + number.to_bytes(MARK_BITS // 8, "big")).digest()[: _CHECK_BITS // 8]
    whole = number << _CHECK_BITS | int.from_bytes(check, "big")
    width = MARK_BITS + _CHECK_BITS
    return (*((whole >> place) & 1 for place in range(width - 1, -1, -1)), *(0,) * _MEMORY)


@cache
def _outputs() -> tuple[int, ...]:
    """For each content of the nine-bit register: the four coded bits as one number."""
    return tuple(
        sum(((register & generator).bit_count() & 1) << place for place, generator in enumerate(_GENERATORS))
        for register in range(2 * _STATES)
    )


def coded_signs(number: int) -> tuple[int, ...]:
    """This will encode a number of 48 bits as 352 signs (+1 or -1). Raises ValueError for any other number."""
    if not 0 <= number < 1 << MARK_BITS:
        raise ValueError("a copy mark has 48 bits")
    state, signs = 0, []
    for bit in _message(number):
        register = bit << _MEMORY | state
        signs += [1 - 2 * (_outputs()[register] >> place & 1) for place in range(len(_GENERATORS))]
        state = register >> 1
    return tuple(signs)


def mark_tile(number: int) -> tuple[tuple[int, ...], ...]:
    """This will lay a number out as rows of signs (+1 or -1), `TILE_SIDE` by `TILE_SIDE`."""
    tile = [[0] * TILE_SIDE for _ in range(TILE_SIDE)]
    for ((row, column), scramble), sign in zip(coded_cells(), coded_signs(number), strict=True):
        tile[row][column] = scramble * sign
    for (row, column), sign in sync_cells():
        tile[row][column] = sign
    return tuple(tuple(row) for row in tile)


def _likeliest(soft: Sequence[float]) -> int:
    """Viterbi's algorithm from and to the empty register; returns number and check as one integer."""
    outputs, never = _outputs(), float("-inf")
    metric = [0.0] + [never] * (_STATES - 1)
    choices = []
    for step in range(_STEPS):
        heard = soft[step * 4 : step * 4 + 4]
        gain = [sum(-v if out >> place & 1 else v for place, v in enumerate(heard)) for out in range(16)]
        chosen, following = bytearray(_STATES), [never] * _STATES
        for state in range(_STATES if step < _STEPS - _MEMORY else _STATES >> 1):
            register = state << 1
            even = metric[register & (_STATES - 1)] + gain[outputs[register]]
            odd = metric[(register | 1) & (_STATES - 1)] + gain[outputs[register | 1]]
            chosen[state] = odd > even
            following[state] = max(even, odd)
        metric = following
        choices.append(chosen)
    state, whole = 0, 0
    for step in range(_STEPS - 1, -1, -1):
        whole |= (state >> (_MEMORY - 1)) << (_STEPS - 1 - step)
        state = (state << 1 | choices[step][state]) & (_STATES - 1)
    return whole >> _MEMORY


def number_of(soft: Sequence[float]) -> int | None:
    """This will name the number behind 352 soft signs (positive: +1; larger: surer; 0: not heard), or None.

    A tile that holds no mark passes the check once in 2^32 tries.
    """
    whole = _likeliest(soft)
    number = whole >> _CHECK_BITS
    sent = int("".join(str(bit) for bit in _message(number)[:-_MEMORY]), 2)
    return number if sent == whole else None
