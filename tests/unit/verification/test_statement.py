"""A statement is verified once for a verdict; what was not verified for this very evidence is never taken for verified."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.verification.ledger import FAILED, PASSED
from tests.unit.verification.province import NOW, signer_of
from tests.unit.verification.scene import THIEF, bundle, foreign_code, home_code, presented, seal, seal_check
from verification.core import statement
from verification.core.evidence import InputKind, Missing
from verification.core.statement import Reading, read_statement
from verification.core.verdict import Check, VerdictOutcome
from verification.core.verify import examine


def test_a_reading_spares_the_second_verification(monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = foreign_code()
    reading = read_statement(evidence, NOW)
    whole = examine(evidence, NOW)

    monkeypatch.setattr(statement, "verify_credential", _must_not_run)
    later = replace(evidence, usage=None, facts_of={})
    spared = examine(later, NOW, reading=reading)
    assert spared.verdict == whole.verdict
    assert spared.verdict.outcome is VerdictOutcome.VALID
    assert spared.statement is reading.statement


def _must_not_run(*_: Any, **__: Any) -> Any:
    pytest.fail("the signature was verified again")


@pytest.mark.parametrize(
    "changes",
    [
        {"presented": "a.b.c~"},
        {"agency_keys": Missing(code="agency_keys.unavailable")},
        {"agency_keys": replace(bundle(), by_kid={})},
        {"trust_list": Missing(code="trust_list.expired")},
        {"unreadable": "presentation.unreadable"},
        {"kind": InputKind.SEAL_CODE},
    ],
)
def test_a_reading_of_other_evidence_is_not_looked_at(changes: dict[str, Any]) -> None:
    reading = read_statement(foreign_code(), NOW)
    evidence = foreign_code(**changes)
    told = examine(evidence, NOW, reading=reading)
    assert told.statement is None
    assert told.verdict == examine(evidence, NOW).verdict
    assert told.verdict.outcome is not VerdictOutcome.VALID


def test_a_reading_of_another_moment_is_not_looked_at() -> None:
    evidence = foreign_code()
    reading = read_statement(evidence, NOW)
    late = NOW + timedelta(days=4000)
    told = examine(evidence, late, reading=reading)
    assert told.statement is None
    assert told.verdict.checks[1].code == "trust_list.expired"


def test_a_good_reading_does_not_cover_for_a_forged_text() -> None:
    good, forged = foreign_code(), foreign_code(presented(signer=signer_of(THIEF)))
    told = examine(forged, NOW, reading=read_statement(good, NOW))
    assert told.verdict.checks[1].outcome is FAILED
    assert told.statement is None


def test_refuses_a_reading_that_nobody_read() -> None:
    reading = read_statement(foreign_code(), NOW)
    assert reading.statement is not None
    passed = Check(number=2, outcome=PASSED, code="signature.good")
    made_up: dict[str, Any] = {
        "readable": passed,
        "signature": passed,
        "statement": reading.statement,
        "evidence": foreign_code(),
        "at": NOW,
    }
    with pytest.raises(TypeError):
        Reading(**made_up)
    with pytest.raises(TypeError):
        Reading(**made_up, token=object())
    with pytest.raises((TypeError, ValueError)):
        replace(reading, evidence=foreign_code("a.b.c~"))


def test_a_reading_shows_no_value_in_its_text_form() -> None:
    assert "张三丰" not in repr(read_statement(foreign_code(), NOW))


@pytest.mark.parametrize("evidence", [foreign_code(), home_code(), seal_check(), seal_check(seal())])
def test_reads_the_same_as_the_verdict_judges(evidence: Any) -> None:
    reading = read_statement(evidence, NOW)
    examination = examine(evidence, NOW)
    assert (reading.readable, reading.signature) == examination.verdict.checks[:2]
    assert reading.statement == examination.statement
