"""Status at 100 million entries: six lists of the largest size, one in a hundred marked, and what one more revocation costs."""

import random
import time
import zlib
from dataclasses import dataclass

from benchmarks.result import Row, Section
from certificates.core.status_bits import BITS, MAX_ENTRIES, compress, flip, inflate, pack

LISTS = 6  # of 2^24 entries: 100.7 million
MARKED_SHARE = 0.01
CHANGES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Built:
    """This will hold all lists, packed and compressed, and the CPU seconds that each step took in sum."""

    packed: list[bytes]
    streams: list[bytes]
    pack_seconds: float
    compress_seconds: float


def status_lists() -> Section:
    """This will build all lists from nothing, then change single entries, and compare levels of compression on one list."""
    chance = random.Random(100_000_000)  # where the marks stand is no secret here
    built = _build(chance)
    change = _one_change(built.packed[0], chance)
    highest, highest_seconds = _at_highest_level(built.packed[0])
    anew = (built.pack_seconds + built.compress_seconds) / LISTS
    size = sum(map(len, built.streams))
    return Section(
        title=f"Status of {LISTS * MAX_ENTRIES / 1e6:.0f} million credentials (2 bits each, 1 in 100 marked, zlib level 6)",
        rows=(
            Row(
                name="all lists, compressed",
                measured=size / 1e6,
                unit="MB",
                beside=f"{LISTS} lists; {_raw():.0f} MB inflated",
            ),
            Row(
                name="one more revocation in kept bits over its list anew",
                measured=anew / change["whole"],
                unit="times",
                beside=f"flip {change['flip'] * 1e3:.0f} ms + compress {change['compress'] * 1e3:.0f} ms beside {anew * 1e3:.0f} ms",
            ),
            Row(
                name="zlib level 6 over level 9",
                measured=highest_seconds / (built.compress_seconds / LISTS),
                unit="times",
                beside=f"the stream is {len(built.streams[0]) / len(highest):.2f} times as long",
            ),
        ),
        numbers={
            "bytes": size,
            "pack_seconds": round(built.pack_seconds, 2),
            "compress_seconds": round(built.compress_seconds, 2),
            "inflate_ms": round(_inflate_seconds(built.streams[0]) * 1e3, 1),
            **{f"change_{name}_ms": round(seconds * 1e3, 2) for name, seconds in change.items()},
        },
        words=(
            (
                f"A revocation in the largest list takes {change['whole'] * 1e3:.0f} ms before it is signed, nearly all of it compressing 4 MiB; an "
                f"ordinary list of 2^17 entries is {MAX_ENTRIES >> 17} times shorter."
            ),
        ),
    )


def _build(chance: random.Random) -> _Built:
    packed, streams, pack_seconds, compress_seconds = [], [], 0.0, 0.0
    for _ in range(LISTS):
        marked = dict.fromkeys(chance.sample(range(MAX_ENTRIES), int(MAX_ENTRIES * MARKED_SHARE)), 1)
        start = time.process_time()
        packed.append(pack(marked, size=MAX_ENTRIES))
        between = time.process_time()
        streams.append(compress(packed[-1]))
        pack_seconds += between - start
        compress_seconds += time.process_time() - between
    return _Built(packed=packed, streams=streams, pack_seconds=pack_seconds, compress_seconds=compress_seconds)


def _one_change(packed: bytes, chance: random.Random) -> dict[str, float]:
    best = {"flip": float("inf"), "compress": float("inf")}
    for _ in range(CHANGES):
        start = time.process_time()
        packed = flip(packed, index=chance.randrange(MAX_ENTRIES), value=1)
        between = time.process_time()
        compress(packed)
        best["flip"] = min(best["flip"], between - start)
        best["compress"] = min(best["compress"], time.process_time() - between)
    return best | {"whole": sum(best.values())}


def _at_highest_level(packed: bytes) -> tuple[bytes, float]:
    start = time.process_time()
    stream = compress(packed, level=zlib.Z_BEST_COMPRESSION)
    return stream, time.process_time() - start


def _inflate_seconds(stream: bytes) -> float:
    start = time.process_time()
    inflate(stream, bits=BITS)
    return time.process_time() - start


def _raw() -> float:
    return LISTS * MAX_ENTRIES * BITS / 8 / 1e6
