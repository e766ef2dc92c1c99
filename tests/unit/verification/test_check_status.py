"""Check 5: status by what it says and how old it is; stale or missing is never good."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from certificates.core.status_list import Status, StatusReference
from tests.unit.verification import scene
from tests.unit.verification.ledger import FAILED, OPEN, PASSED, expect, line
from tests.unit.verification.province import GD, NOW
from tests.unit.verification.scene import (
    INDEX,
    URI,
    foreign_code,
    listed,
    pdf_check,
    presented,
    seal_check,
)
from verification.core.evidence import (
    Missing,
    OtherCredential,
    OwnStatus,
)
from verification.core.verdict import Outcome, VerdictOutcome
from verification.core.verify import verify


@pytest.mark.parametrize(
    ("status", "outcome", "code", "age"),
    [
        (listed(Status.VALID), PASSED, "status.valid", 40),
        (listed(Status.INVALID), FAILED, "status.revoked", 40),
        (listed(Status.SUSPENDED), FAILED, "status.suspended", 40),
        (listed(Status.VALID, iat=NOW - timedelta(seconds=300)), PASSED, "status.valid", 300),
        (listed(Status.VALID, iat=NOW - timedelta(seconds=301)), OPEN, "status.stale", 301),
        (listed(Status.SUSPENDED, iat=NOW - timedelta(seconds=301)), OPEN, "status.stale", 301),
        (listed(Status.INVALID, iat=NOW - timedelta(seconds=301)), FAILED, "status.revoked", 301),
        (listed(Status.VALID, iat=NOW + timedelta(seconds=60)), PASSED, "status.valid", 0),
        (listed(Status.VALID, iat=NOW + timedelta(seconds=61)), OPEN, "status.from_future", None),
        (listed(Status.VALID, uri=URI + "0"), OPEN, "status.other_list", None),
        (replace(listed(Status.VALID), region_code=GD), OPEN, "status.other_list", None),
        (listed(3), OPEN, "status_list.value", None),
        (Missing(code="status.unavailable"), OPEN, "status.unavailable", None),
        (Missing(code="peer.unreachable"), OPEN, "peer.unreachable", None),
        (Missing(code="status_list.expired"), OPEN, "status_list.expired", None),
        (OtherCredential(), FAILED, "status.other_credential", None),
        (OwnStatus(status=Status.VALID, read_at=NOW), PASSED, "status.valid", 0),
        (OwnStatus(status=Status.VALID, read_at=NOW - timedelta(seconds=60)), PASSED, "status.valid", 60),
        (OwnStatus(status=Status.VALID, read_at=NOW - timedelta(seconds=61)), OPEN, "status.stale", 61),
        (OwnStatus(status=Status.INVALID, read_at=NOW), FAILED, "status.revoked", 0),
        (OwnStatus(status=Status.SUSPENDED, read_at=NOW), FAILED, "status.suspended", 0),
    ],
)
def test_5_goes_by_status_and_age(status: Any, outcome: Outcome, code: str, age: int | None) -> None:
    for evidence in (foreign_code(status=status), seal_check(status=status), pdf_check(status=status)):
        expect(evidence, 5, outcome, code)
        assert line(evidence, 5).age_seconds == age


def test_5_is_open_where_the_list_has_no_such_entry() -> None:
    text = presented(status=StatusReference(uri=URI, index=64))
    expect(foreign_code(text), 5, OPEN, "status_list.index")
    assert INDEX < 64


def test_5_a_list_is_stale_after_its_own_end_whatever_its_ttl() -> None:
    fresh = scene.status_list(iat=NOW - timedelta(seconds=100), ttl=300)
    short = replace(listed(), listed=replace(fresh, exp=int(NOW.timestamp()) - 1))
    expect(foreign_code(status=short), 5, OPEN, "status.stale")


def test_5_a_suspended_licence_is_valid_again_once_reinstated() -> None:
    expect(seal_check(status=listed(Status.SUSPENDED)), 5, FAILED, "status.suspended")
    assert verify(seal_check(status=listed(Status.VALID)), NOW).outcome is VerdictOutcome.VALID


def test_5_a_seal_code_is_valid_within_the_lists_ttl_and_undetermined_after_while_the_peer_is_down() -> None:
    status = listed(iat=NOW, ttl=300)
    inside, outside = NOW + timedelta(seconds=300), NOW + timedelta(seconds=301)
    assert verify(seal_check(status=status), inside).outcome is VerdictOutcome.VALID
    assert verify(seal_check(status=status), outside).outcome is VerdictOutcome.UNDETERMINED
