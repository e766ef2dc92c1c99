"""Every code that can reach a counter has a sentence in both languages."""

import ast
import re
from pathlib import Path

import pytest

from verification.core.family_sentences import FAMILIES
from verification.core.reason_sentences import SENTENCES
from verification.core.reasons import UNKNOWN_REASON, reason

ROOT = Path(__file__).parents[3]
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
# What the verdict's own modules name must have a sentence of its own; what they pass on may share its family's.
LEDGER = (
    "check_*.py",
    "statement.py",
    "verify.py",
    "usage_list.py",
    "recognition_rule.py",
    "matters.py",
    "past_codes.py",
)
PASSED_ON = (
    "verification/core/x509_path.py",
    "verification/core/agency_keys.py",
    "verification/core/release.py",
    "verification/core/trust_list.py",
    "verification/core/anchor_key.py",
    "verification/core/node_url.py",
    "verification/core/receipt.py",
    "verification/core/data_pattern.py",
    "certificates/core/canonical.py",
    "certificates/core/cose.py",
    "certificates/core/base45.py",
    "certificates/core/deterministic_cbor.py",
    "certificates/core/presentation_code.py",
    "certificates/core/sd_jwt_claims.py",
    "certificates/core/sd_jwt_verify.py",
    "certificates/core/seal_code.py",
    "certificates/core/status_list.py",
    "certificates/core/signing/jws.py",
    "certificates/core/signing/es256.py",
    "certificates/core/signing/registry.py",
    "certificates/adapters/pdf/read.py",
    "certificates/adapters/pdf/refusals.py",
    "certificates/adapters/pdf_worker/pool.py",
)


def codes_in(path: Path) -> set[str]:
    """The dotted codes that stand in a module as string literals, docstrings left out."""
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }


LEDGER_FILES = sorted(path for pattern in LEDGER for path in (ROOT / "verification/core").glob(pattern))


@pytest.mark.parametrize("path", LEDGER_FILES, ids=lambda path: path.name)
def test_every_code_that_the_ledger_names_has_a_sentence_of_its_own(path: Path) -> None:
    assert codes_in(path) <= SENTENCES.keys()


def test_the_ledger_names_codes_at_all() -> None:
    assert len(set().union(*map(codes_in, LEDGER_FILES))) > 50


@pytest.mark.parametrize("name", PASSED_ON)
def test_every_code_that_is_passed_on_has_a_sentence_or_a_family(name: str) -> None:
    found = codes_in(ROOT / name)
    assert found, "the module names no code: it was moved or renamed"
    assert {code for code in found if reason(code) is UNKNOWN_REASON} == set()


def test_what_others_may_report_as_missing_has_a_sentence() -> None:
    for code in ("peer.timeout", "peer.unreachable", "peer.refused", "peer.pending", "peer.answer_invalid"):
        assert code in SENTENCES
    for code in ("status.unavailable", "status.stale", "agency_keys.unavailable", "trust_list.absent"):
        assert code in SENTENCES
    for code in ("expired", "used", "unknown", "foreign", "malformed", "audience"):
        assert f"code.{code}" in SENTENCES


def test_every_sentence_is_written_in_both_languages() -> None:
    for chinese, english in (*SENTENCES.values(), *FAMILIES.values()):
        assert re.search(r"[\u4e00-\u9fff]", chinese)
        assert chinese.endswith("。")
        assert english.isascii()
        assert english.endswith(".")


def test_an_exact_sentence_beats_the_familys_and_an_unknown_code_gets_the_last_resort() -> None:
    assert reason("issuer.scope").en == SENTENCES["issuer.scope"][1]
    assert reason("issuer.brand_new").zh == FAMILIES["issuer"][0]
    assert reason("nonsense") is UNKNOWN_REASON
    assert reason("") is UNKNOWN_REASON
