"""The verdict: what applies to what, nothing green by default, and checks 1 and 2, with real signatures."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from certificates.core.grains import Grain
from tests.unit.suite_in_use import suite_in_use
from tests.unit.verification.ledger import FAILED, OPEN, PASSED, SKIPPED, expect, line
from tests.unit.verification.province import GD, NOW, ZJ, signer_of
from tests.unit.verification.scene import (
    LOOKUP,
    MATTER,
    THIEF,
    VALUES,
    WORLD,
    bundle,
    foreign_code,
    home_code,
    issue,
    pdf_check,
    presented,
    seal,
    seal_check,
    shown,
)
from verification.core.applicability import APPLIES, Applicability
from verification.core.evidence import (
    Evidence,
    InputKind,
    Missing,
)
from verification.core.reason_sentences import SENTENCES
from verification.core.verdict import VerdictOutcome
from verification.core.verify import examine, verify


@pytest.mark.parametrize(
    "evidence",
    [foreign_code(), home_code(), seal_check(), pdf_check(), foreign_code(kind=InputKind.SD_JWT)],
    ids=["foreign code", "home code", "seal code", "PDF", "SD-JWT"],
)
def test_an_honest_presentation_is_valid(evidence: Evidence) -> None:
    verdict = verify(evidence, NOW)
    assert verdict.outcome is VerdictOutcome.VALID
    assert [check.number for check in verdict.checks] == list(range(1, 9))
    assert {check.outcome for check in verdict.checks} <= {PASSED, SKIPPED}
    assert verdict.at == NOW


def test_the_verified_statement_is_handed_out_with_the_verdict() -> None:
    statement = examine(foreign_code(), NOW).statement
    assert statement is not None
    assert (statement.region_code, statement.type_code, statement.type_version) == (ZJ, "driving_licence", 1)
    assert {name: item.value for name, item in statement.shown.items()} == VALUES
    sealed = examine(seal_check(), NOW).statement
    assert sealed is not None
    assert sealed.credential is None
    assert sealed.shown["holder_name"].value == "张**"


def test_the_table_has_every_kind_and_every_check() -> None:
    assert set(APPLIES) == set(InputKind)
    assert all(list(row) == list(range(1, 9)) for row in APPLIES.values())


@pytest.mark.parametrize("kind", [kind for kind in InputKind if kind is not InputKind.RECEIPT])
def test_without_any_evidence_every_check_that_applies_is_open_and_the_verdict_undetermined(kind: InputKind) -> None:
    gone = Missing(code="peer.timeout")
    evidence = Evidence(
        kind=kind,
        lookup_id=LOOKUP,
        own_region=GD,
        presented=gone,
        trust_list=gone,
        agency_keys=gone,
        status=gone,
        matter=MATTER,
    )
    verdict = verify(evidence, NOW)
    assert verdict.outcome is VerdictOutcome.UNDETERMINED
    for check in verdict.checks[1:]:
        applies = APPLIES[kind][check.number]
        if applies in {Applicability.ALWAYS, Applicability.WITH_MATTER}:
            assert check.outcome is OPEN
        else:
            assert check.outcome is SKIPPED


@pytest.mark.parametrize(
    ("evidence", "number", "code"),
    [
        (foreign_code(), 8, "check.not_applicable"),
        (seal_check(), 8, "check.not_applicable"),
        (foreign_code(kind=InputKind.SD_JWT), 8, "check.not_applicable"),
        (seal_check(), 6, "presenter.not_checked"),
        (seal_check(), 7, "recognition.no_matter"),
        (pdf_check(), 7, "recognition.no_matter"),
    ],
)
def test_a_check_that_does_not_apply_says_so(evidence: Evidence, number: int, code: str) -> None:
    expect(evidence, number, SKIPPED, code)


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        (foreign_code(unreadable="code.malformed"), "code.malformed"),
        (pdf_check(unreadable="pdf.unreadable"), "pdf.unreadable"),
        (foreign_code(""), "credential.malformed"),
        (foreign_code("a.b~"), "jws.malformed"),
        (foreign_code("x" * 70_000), "limit.credential"),
        (foreign_code(presented() + "a.b.c"), "credential.key_binding"),
        (seal_check("HZ1:"), "seal_code.zlib"),
        (seal_check("https://evil.example/HZ1"), "seal_code.prefix"),
    ],
)
def test_1_fails_on_what_has_no_form_of_ours(evidence: Evidence, code: str) -> None:
    expect(evidence, 1, FAILED, code)
    assert line(evidence, 2).code == "credential.not_verified"
    assert line(evidence, 2).outcome is OPEN


def tampered(text: str) -> str:
    """The last character of the payload changed: still base64url, no longer signed."""
    header, payload, rest = text.split(".", 2)
    return f"{header}.{payload[:-2]}{'A' if payload[-2] != 'A' else 'B'}{payload[-1]}.{rest}"


def forged_disclosure(text: str) -> str:
    from certificates.core.canonical import b64url, canonical_json

    return text + b64url(canonical_json(["c2FsdHNhbHRzYWx0c2FsdHM", "holder_name", "李四"])) + "~"


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        (foreign_code(tampered(presented())), "signature.invalid"),
        (foreign_code(forged_disclosure(shown(issue()))), "credential.disclosure_unreferenced"),
        (foreign_code(presented(signer=signer_of(THIEF))), "key.unknown"),
        (foreign_code(agency_keys=bundle(by_kid={})), "issuer.key_unknown"),
        (seal_check(agency_keys=bundle(by_kid={})), "issuer.key_unknown"),
        (seal_check(seal(signer=signer_of(THIEF))), "issuer.key_unknown"),
        (foreign_code(presented(x5c=(b"junk",))), "issuer.unreadable"),
        (foreign_code(presented(vct="https://evil.example/type")), "issuer.type_unknown"),
    ],
)
def test_2_fails_on_what_no_listed_agency_signed(evidence: Evidence, code: str) -> None:
    expect(evidence, 2, FAILED, code)
    for number in (3, 4, 5):
        assert line(evidence, number).code == "credential.not_verified"
        assert line(evidence, number).outcome is OPEN


def test_2_fails_on_a_seal_code_signed_by_a_key_that_borrows_a_listed_key_id() -> None:
    class Borrowed:
        kid = WORLD.zj.agency_signer().kid
        suite = suite_in_use().name

        def sign(self, data: bytes) -> bytes:
            return signer_of(THIEF).sign(data)

    expect(seal_check(seal(signer=Borrowed())), 2, FAILED, "seal_code.signature")


def test_2_fails_on_two_grains_of_one_field() -> None:
    from certificates.core.sd_jwt_format import DisclosureKey

    issued = issue()
    text = shown(issued, holder_name=Grain.FULL) + issued.disclosures[DisclosureKey("holder_name", Grain.MASKED)] + "~"
    expect(foreign_code(text), 2, FAILED, "credential.two_grains")


@pytest.mark.parametrize(
    ("changes", "at", "code"),
    [
        ({"trust_list": Missing(code="trust_list.expired")}, NOW, "trust_list.expired"),
        ({"trust_list": Missing(code="trust_list.signature")}, NOW, "trust_list.signature"),
        ({}, WORLD.trust_list.expires_at, "trust_list.expired"),
        ({"agency_keys": Missing(code="agency_keys.unavailable")}, NOW, "agency_keys.unavailable"),
        ({"agency_keys": bundle(expires_at=NOW)}, NOW, "agency_keys.expired"),
        ({"presented": Missing(code="peer.timeout")}, NOW, "peer.timeout"),
        ({"presented": Missing(code="peer.unreachable")}, NOW, "peer.unreachable"),
    ],
)
def test_2_and_all_that_rests_on_it_is_open_without_list_bundle_or_answer(
    changes: dict[str, Any], at: datetime, code: str
) -> None:
    evidence = foreign_code(**changes)
    for number in (2, 3, 4, 5, 7):
        expect(evidence, number, OPEN, code, at=at)


@pytest.mark.parametrize("make", [foreign_code, home_code, seal_check, pdf_check])
@pytest.mark.parametrize("lost", ["presented", "trust_list", "agency_keys", "status"])
def test_losing_any_one_piece_of_evidence_never_leaves_it_valid(make: Callable[..., Evidence], lost: str) -> None:
    evidence = make(**{lost: Missing(code="peer.unreachable")})
    assert verify(evidence, NOW).outcome is VerdictOutcome.UNDETERMINED


def test_every_code_of_the_ledger_that_has_its_own_sentence_is_reached_by_a_test() -> None:
    """A sentence for a code that nothing emits would be dead, and a branch that no test reaches could be deleted."""
    folder = Path(__file__).parent
    sources = "".join(
        path.read_text()
        for path in (
            *folder.glob("test_check_*.py"),
            *(folder / f"test_{name}.py" for name in ("past", "verify", "document_time", "document_signer")),
        )
    )
    families = {"issuer", "validity", "status", "presenter", "recognition", "document"}
    own = {code for code in SENTENCES if code.split(".")[0] in families}
    # What a service reports when it gave up on a document is passed on like any other reason for something missing.
    passed_on = {f"document.{name}" for name in ("refused", "is_receipt", "reader_busy", "timestamp_waits")}
    assert {code for code in own if f'"{code}"' not in sources} == passed_on
