"""Reading one line of the ledger in tests, together with the verdict that the line alone brings about."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.unit.verification.province import GD, NOW, ZJ
from tests.unit.verification.scene import WORLD
from verification.core.evidence import Evidence
from verification.core.trust_list import TrustedRegion, TrustList
from verification.core.verdict import Check, Outcome, VerdictOutcome
from verification.core.verify import verify

PASSED, FAILED, OPEN, SKIPPED = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED, Outcome.NOT_APPLICABLE
VERDICT_OF = {FAILED: VerdictOutcome.INVALID, OPEN: VerdictOutcome.UNDETERMINED}


def line(evidence: Evidence, number: int, at: datetime = NOW) -> Check:
    return verify(evidence, at).checks[number - 1]


def expect(evidence: Evidence, number: int, outcome: Outcome, code: str, at: datetime = NOW) -> None:
    """One line of the ledger and, where it is not passed, the verdict that it alone brings about."""
    verdict = verify(evidence, at)
    check = verdict.checks[number - 1]
    assert (check.number, check.outcome, check.code) == (number, outcome, code)
    if outcome in VERDICT_OF:
        assert verdict.outcome is VERDICT_OF[outcome]


def trust_list(**changes: Any) -> TrustList:
    return replace(WORLD.trust_list, **changes)


def with_zj(**changes: Any) -> TrustList:
    zj: TrustedRegion = replace(WORLD.trust_list.region(ZJ), **changes)
    return trust_list(regions={ZJ: zj, GD: WORLD.trust_list.region(GD)})
