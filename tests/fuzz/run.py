"""The loop: spoil, read, judge. Whatever is neither refused by name nor means the same is a finding."""

import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.fuzz.target import Mutant, Target

MOST_SECONDS = 1.0  # of processor time for one input


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What went wrong with which input; `seed:number` makes the input again."""

    kind: str
    target: str
    number: str
    what: str
    input: str


@dataclass(slots=True, kw_only=True)
class Tally:
    """What happened so far."""

    inputs: Counter[str] = field(default_factory=Counter)
    refusals: dict[str, Counter[str]] = field(default_factory=dict)
    accepted: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    slowest_seconds: float = 0.0
    slowest: str = ""

    def of_kind(self, kind: str) -> int:
        """How many findings of a kind there are."""
        return sum(finding.kind == kind for finding in self.findings)


def require_good(targets: Iterable[Target]) -> None:
    """This will make sure that every seed is accepted as itself: a fuzzer of refused inputs would prove nothing."""
    for target in targets:
        for seed in target.seeds:
            meaning = target.read(seed)
            if not target.entitled(seed, meaning) or not target.sound(seed, meaning):
                raise ValueError(f"a good input of {target.name} is not taken as such")


def fuzz(targets: Sequence[Target], *, seed: str, numbers: Iterable[int], going_on: Callable[[], bool]) -> Tally:
    """This will read one spoilt input for each number while `going_on()`."""
    tally = Tally()
    weights = [target.weight for target in targets]
    for number in numbers:
        if not going_on():
            break
        name = f"{seed}:{number}"
        rng = Random(name)
        target = rng.choices(targets, weights)[0]
        _one(target, target.mutant(rng), name, tally)
    return tally


def _one(target: Target, mutant: Mutant, name: str, tally: Tally) -> None:
    tally.inputs[target.name] += 1
    started = time.process_time()
    try:
        meaning = target.read(mutant.input)
    except target.named as refusal:
        code = getattr(refusal, "code", type(refusal).__name__)
        tally.refusals.setdefault(target.name, Counter())[code] += 1
    except Exception:  # noqa: BLE001 - finding what nobody named is what a fuzzer is for
        _find(tally, "stray exception", target, mutant, name, traceback.format_exc(limit=-4))
    else:
        _judge(target, mutant, meaning, name, tally)
    spent = time.process_time() - started
    if spent > tally.slowest_seconds:
        tally.slowest_seconds, tally.slowest = spent, f"{target.name} {name}"
    if spent > MOST_SECONDS:
        _find(tally, "too slow", target, mutant, name, f"{spent:.2f} s")


def _judge(target: Target, mutant: Mutant, meaning: Any, name: str, tally: Tally) -> None:
    tally.accepted[target.name] += 1
    if not mutant.ours and not target.entitled(mutant.input, meaning):
        _find(tally, "false accept", target, mutant, name, "it means something that was never signed")
    elif not target.sound(mutant.input, meaning):
        _find(tally, "false accept", target, mutant, name, "a second reading does not agree")


def _find(tally: Tally, kind: str, target: Target, mutant: Mutant, name: str, what: str) -> None:
    tally.findings.append(Finding(kind=kind, target=target.name, number=name, what=what, input=repr(mutant.input)))
