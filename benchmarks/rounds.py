"""Interleaved measuring: every contestant runs in every round, so that a slow moment of the machine meets all of them.

A ratio is the median of the ratios inside single rounds. Time is this process's CPU time: what other processes do to the
clock on the wall does not count, what they do to caches and clock speed meets the contestants alike.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

SLICE_SECONDS = 0.04  # long beside the timer's resolution, short beside other people's work on the machine
_TRIES_TO_SIZE_A_SLICE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """This will hold seconds per call, one number a round, by contestant."""

    seconds: Mapping[str, Sequence[float]]

    def median(self, name: str) -> float:
        """This will give the median seconds per call."""
        return statistics.median(self.seconds[name])

    def per_second(self, name: str) -> float:
        """This will give calls per CPU second."""
        return 1 / self.median(name)

    def speed_ratio(self, name: str, over: str) -> float:
        """This will give how many calls of `name` fit into one call of `over`: 0.5 is half its speed."""
        pairs = zip(self.seconds[name], self.seconds[over], strict=True)
        return statistics.median(other / own for own, other in pairs)


def interleave(contestants: Mapping[str, Callable[[int], object]], *, rounds: int) -> Timings:
    """This will call every contestant with a number in every round; it must do its work that many times."""
    counts = {name: _calls_in_a_slice(run) for name, run in contestants.items()}
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for turn in range(rounds):
        for name in names if turn % 2 else reversed(names):
            seconds[name].append(_timed(contestants[name], counts[name]) / counts[name])
    return Timings(seconds=seconds)


def _calls_in_a_slice(run: Callable[[int], object]) -> int:
    run(1)  # whatever is made once, such as a cached layout, is made here
    count = 1
    for _ in range(_TRIES_TO_SIZE_A_SLICE):
        spent = _timed(run, count)
        count = max(1, round(count * SLICE_SECONDS / max(spent, 1e-6)))
    return count


def _timed(run: Callable[[int], object], count: int) -> float:
    start = time.process_time()
    run(count)
    return time.process_time() - start
