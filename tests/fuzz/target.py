"""What is fuzzed: a reader, good inputs for it, ways to spoil them, and what a reader may still take of a spoilt one."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any


@dataclass(frozen=True, slots=True)
class Mutant:
    """A spoilt input. `ours` says that an honest key signed it, spoilt as it is: then only its soundness can be judged."""

    input: Any
    ours: bool = False


Mutator = Callable[[Random, Any], Mutant]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One reader.

    `read` gives the meaning of an input or raises one of `named`. `entitled(input, meaning)` says whether the meaning is one of
    those that were signed; `sound(input, meaning)` holds every accepted input, whoever signed it, against a second reading.
    """

    name: str
    seeds: Sequence[Any]
    read: Callable[[Any], Any]
    named: tuple[type[Exception], ...]
    entitled: Callable[[Any, Any], bool]
    mutators: Sequence[Mutator]
    sound: Callable[[Any, Any], bool] = field(default=lambda _input, _meaning: True)
    weight: int = 10

    def mutant(self, rng: Random) -> Mutant:
        """A seed with one to four things changed; once an honest key signed something spoilt, the whole counts as ours."""
        mutant = Mutant(rng.choice(self.seeds))
        for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
            # A change that was made for good inputs may not fit one that is spoilt already: then it changes nothing.
            with suppress(Exception):
                changed = rng.choice(self.mutators)(rng, mutant.input)
                mutant = Mutant(changed.input, ours=mutant.ours or changed.ours)
        return mutant


def one_of(*meanings: Any) -> Callable[[Any, Any], bool]:
    """The rule that an accepted input means exactly what a good one means."""
    return lambda _input, meaning: meaning in meanings
