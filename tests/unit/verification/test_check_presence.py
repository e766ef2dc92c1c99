"""Check 6: only a code spent or a release for this very look-up shows that the holder presented it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.verification.ledger import FAILED, OPEN, PASSED, SKIPPED, expect, line, trust_list
from tests.unit.verification.province import NOW, signer_of
from tests.unit.verification.scene import (
    LOOKUP,
    MATTER,
    RULE,
    THIEF,
    foreign_code,
    presented,
    release,
    seal_check,
)
from verification.core.evidence import (
    CodeSpent,
    InputKind,
    Missing,
    PresentationRefused,
)
from verification.core.verdict import Outcome, VerdictOutcome
from verification.core.verify import verify

TEXT = presented()


@pytest.mark.parametrize(
    ("presence", "outcome", "code"),
    [
        (CodeSpent(lookup_id=LOOKUP), PASSED, "presenter.code_spent"),
        (CodeSpent(lookup_id="other"), FAILED, "presenter.other_lookup"),
        (release(TEXT), PASSED, "presenter.released"),
        (release(TEXT, audience_region="310000"), FAILED, "release.audience"),
        (release(TEXT, lookup_id="other"), FAILED, "release.lookup"),
        (release(TEXT + "x~"), FAILED, "release.sd_hash"),
        (release(TEXT, at=NOW - timedelta(minutes=5)), FAILED, "release.expired"),
        (release(TEXT, at=NOW + timedelta(minutes=2)), FAILED, "release.from_future"),
        (release(TEXT, signer=signer_of(THIEF)), FAILED, "release.signature"),
        (release(TEXT, issuer_region="310000"), FAILED, "release.issuer"),
        (PresentationRefused(code="code.used"), FAILED, "code.used"),
        (PresentationRefused(code="code.expired"), FAILED, "code.expired"),
        (None, OPEN, "presenter.not_checked"),
    ],
)
def test_6_passes_only_by_a_code_spent_or_a_release_for_this_very_look_up(
    presence: Any, outcome: Outcome, code: str
) -> None:
    expect(foreign_code(TEXT, presence=presence), 6, outcome, code)
    if presence is not None:
        expect(foreign_code(TEXT, kind=InputKind.SD_JWT, presence=presence), 6, outcome, code)


def test_6_a_third_party_that_got_hold_of_release_and_credential_does_not_pass() -> None:
    expect(foreign_code(TEXT, own_region="310000", presence=release(TEXT)), 6, FAILED, "release.audience")


def test_6_is_open_where_the_rule_requires_presence_and_nobody_checked() -> None:
    expect(foreign_code(kind=InputKind.SD_JWT, presence=None), 6, OPEN, "presenter.not_checked")
    with_matter = seal_check(matter=MATTER, recognition_rules=(replace(RULE, required={}),))
    expect(with_matter, 6, OPEN, "presenter.not_checked")


def test_6_is_not_asked_where_the_rule_does_not_require_presence() -> None:
    lax = replace(RULE, presence_required=False)
    evidence = foreign_code(kind=InputKind.SD_JWT, presence=None, recognition_rules=(lax,))
    expect(evidence, 6, SKIPPED, "presenter.not_checked")
    assert verify(evidence, NOW).outcome is VerdictOutcome.VALID


def test_6_is_asked_of_every_code_even_where_the_rule_does_not_require_it() -> None:
    lax = replace(RULE, presence_required=False)
    expect(foreign_code(presence=None, recognition_rules=(lax,)), 6, OPEN, "presenter.not_checked")


def test_6_is_open_for_a_release_of_what_could_not_be_verified() -> None:
    gone = foreign_code(agency_keys=Missing(code="agency_keys.unavailable"))
    expect(gone, 6, OPEN, "credential.not_verified")
    unanswered = foreign_code(presented=Missing(code="peer.timeout"))
    expect(unanswered, 6, OPEN, "credential.not_verified")
    unlisted = foreign_code(trust_list=trust_list(regions={}))
    assert line(unlisted, 6).outcome is OPEN


def test_6_says_used_where_the_peer_refused_the_code_and_sent_no_credential() -> None:
    refused = foreign_code(
        presented=Missing(code="credential.not_released"), presence=PresentationRefused(code="code.used")
    )
    expect(refused, 6, FAILED, "code.used")
    expect(refused, 1, PASSED, "input.readable")
