"""One verdict for one input, whatever suites the two provinces sign with: the counter's own suite plays no part."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from certificates.core.grains import Grain
from certificates.core.signing.registry import SUITES
from certificates.core.status_list import Status
from tests.unit.suite_in_use import suite_in_use, using
from tests.unit.verification.province import NOW, another_key, signer_of
from tests.unit.verification.scene import (
    bundle,
    foreign_code,
    home_code,
    issue,
    key_entry,
    listed,
    pdf_check,
    presented,
    release,
    seal,
    seal_check,
    shown,
    world,
)
from verification.core.evidence import Evidence
from verification.core.verdict import VerdictOutcome
from verification.core.verify import verify

pytestmark = pytest.mark.usefixtures("every_suite")


def verdict(evidence: Evidence) -> tuple[VerdictOutcome, str | None]:
    found = verify(evidence, at=NOW)
    return found.outcome, None if found.decisive is None else found.decisive.code


def refused(evidence: Evidence) -> str | None:
    outcome, code = verdict(evidence)
    assert outcome is VerdictOutcome.INVALID
    return code


@pytest.mark.parametrize("make", [foreign_code, home_code, seal_check, pdf_check])
def test_an_honest_input_is_valid(make: Callable[[], Evidence]) -> None:
    assert verdict(make()) == (VerdictOutcome.VALID, None)


def test_refuses_a_credential_signed_by_another_key_of_either_suite() -> None:
    for name in SUITES:
        with using(name):
            thief = signer_of(another_key())
        text = presented(signer=thief)
        assert refused(foreign_code(text, presence=release(text))) == "key.unknown"
        impostor = replace(thief, kid=world().zj.agency_signer().kid)
        text = presented(signer=impostor)
        own = name == suite_in_use().name
        assert refused(foreign_code(text, presence=release(text))) == ("signature.invalid" if own else "key.algorithm")
        expected = "seal_code.signature" if own else "seal_code.key_algorithm"
        assert refused(seal_check(seal(signer=impostor))) == expected


def test_refuses_a_changed_signature_disclosure_or_seal_code() -> None:
    text = presented()
    jwt, *rest = text.split("~")
    flipped = jwt[:-2] + ("A" if jwt[-2] != "A" else "B") + jwt[-1]
    other = shown(issue(values={"holder_name": "李四"}), holder_name=Grain.FULL).split("~")[1]
    for bad in ("~".join([flipped, *rest]), "~".join([jwt, other, ""])):
        assert refused(foreign_code(bad, presence=release(bad))) in {
            *("signature.invalid", "signature.high_s", "credential.disclosure_unreferenced", "jws.malformed"),
        }
    code = seal()
    assert refused(seal_check(code[:60] + ("A" if code[60] != "A" else "B") + code[61:]))


def test_refuses_a_revoked_one_and_a_release_of_another_text() -> None:
    assert refused(foreign_code(status=listed(Status.INVALID))) == "status.revoked"
    assert refused(foreign_code(presence=release(presented() + "x~"))) == "release.sd_hash"


def test_refuses_a_bundle_that_names_the_agencys_key_under_the_other_suite() -> None:
    """The bundle decides the suite: a credential of this key is then no credential of that suite."""
    honest = key_entry()
    (other,) = SUITES.keys() - {suite_in_use().name}
    lied = replace(honest, key=replace(honest.key, suite=other))
    assert refused(foreign_code(agency_keys=bundle(lied))) == "key.algorithm"
