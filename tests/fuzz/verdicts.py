"""The whole verdict on credentials, seal codes and certificates: VALID only for what was signed, whoever else signed what."""

from dataclasses import replace
from random import Random
from typing import Any

from tests.fuzz.keys import Pair
from tests.fuzz.spoil_bytes import text_mutators
from tests.fuzz.spoil_tokens import token_mutators
from tests.fuzz.target import Mutant, Mutator, Target
from tests.unit.verification import scene
from tests.unit.verification.province import NOW, signer_of
from verification.core.evidence import Evidence, InputKind
from verification.core.verdict import Outcome, VerdictOutcome
from verification.core.verify import examine

_NOT_PASSED = {Outcome.FAILED, Outcome.UNDETERMINED}


def verdict_targets() -> list[Target]:
    """Credentials and seal codes with all the evidence of an honest look-up around them."""
    thief = scene.WORLD.zj.leaf(scene.WORLD.zj.ca(private_key=scene.THIEF), ca_private_key=scene.THIEF)
    credentials = [scene.presented(), scene.presented(x5c=(thief,), signer=signer_of(scene.THIEF))]
    by = Pair(signer=scene.WORLD.zj.agency_signer(), trusted=None, spki=b"agency")  # type: ignore[arg-type]

    def over_the_jwt(change: Mutator) -> Mutator:
        def mutate(rng: Random, text: str) -> Mutant:
            jwt, tilde, rest = text.partition("~")
            changed = change(rng, jwt)
            return Mutant(changed.input + tilde + rest, ours=changed.ours)

        return mutate

    jwts = [text.partition("~")[0] for text in credentials]
    changes = [*text_mutators(credentials), *map(over_the_jwt, token_mutators(jwts, by=by))]
    seals = [scene.seal()]
    return [
        _target("verdict-sd-jwt", credentials[:1], _handed_over(), changes),
        _target("verdict-seal-code", seals, scene.seal_check(), text_mutators(seals)),
    ]


def _handed_over() -> Evidence:
    """A credential handed over as a file, for a matter that asks for nobody's presence."""
    rule = replace(scene.RULE, presence_required=False)
    return scene.foreign_code(kind=InputKind.SD_JWT, presence=None, recognition_rules=(rule,))


class NotValidError(Exception):
    """The verdict is not VALID; the code of the first line that does not pass."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _target(name: str, seeds: list[str], evidence: Evidence, mutators: list[Mutator]) -> Target:
    def read(text: str) -> Any:
        examination = examine(replace(evidence, presented=text), NOW)
        statement = examination.statement
        if examination.verdict.outcome is not VerdictOutcome.VALID or statement is None:
            raise NotValidError(next(c.code for c in examination.verdict.checks if c.outcome in _NOT_PASSED))
        return statement.region_code, statement.type_code, statement.status, statement.expires_at, statement.shown

    good = [read(seed) for seed in seeds]

    def entitled(_text: Any, meaning: Any) -> bool:
        return any(meaning[:4] == known[:4] and meaning[4].items() <= known[4].items() for known in good)

    return Target(
        name=name, seeds=seeds, read=read, named=(NotValidError,), entitled=entitled, mutators=mutators, weight=8
    )
