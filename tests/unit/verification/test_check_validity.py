"""Check 4: the periods of the signed statement and of the licence, by days in China."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from certificates.core.grains import Grain
from certificates.core.status_list import Status
from tests.unit.verification.ledger import FAILED, OPEN, PASSED, expect, trust_list
from tests.unit.verification.scene import (
    ISSUED,
    VALUES,
    bundle,
    foreign_code,
    issue,
    presented,
    seal,
    seal_check,
    shown,
)
from verification.core.evidence import (
    Evidence,
    InputKind,
    OwnStatus,
    ValidityFields,
)

END_OF_LAST_DAY = datetime.fromisoformat("2026-06-30T23:59:59+08:00")


def at_time(moment: datetime) -> Evidence:
    """Everything else is fresh at that moment, so that only the validity speaks."""
    return seal_check(
        presented(),
        kind=InputKind.SD_JWT,
        trust_list=trust_list(expires_at=moment + timedelta(days=1)),
        agency_keys=bundle(expires_at=moment + timedelta(days=1)),
        status=OwnStatus(status=Status.VALID, read_at=moment),
    )


def test_4_passes_until_the_end_of_the_last_day_in_china() -> None:
    expect(at_time(END_OF_LAST_DAY), 4, PASSED, "validity.in_force", at=END_OF_LAST_DAY)
    after = END_OF_LAST_DAY + timedelta(seconds=1)
    expect(at_time(after), 4, FAILED, "validity.expired", at=after)


def test_4_passes_from_the_beginning_of_the_first_day_in_china() -> None:
    first = ISSUED.replace(hour=16) - timedelta(days=1)  # 00:00 on 2 May in China
    assert first.isoformat() == "2026-05-01T16:00:00+00:00"
    week_before = int((first - timedelta(days=7)).timestamp())
    text = presented(
        values=VALUES | {"valid_from": "2026-05-02"}, nbf=week_before, iat=week_before, exp=week_before + 86_400 * 300
    )
    expect(replace(at_time(first), presented=text), 4, PASSED, "validity.in_force", at=first)
    before = first - timedelta(seconds=1)
    expect(replace(at_time(before), presented=text), 4, FAILED, "validity.not_yet", at=before)


def test_4_fails_outside_the_credentials_own_time() -> None:
    end = ISSUED + timedelta(days=365)
    text = shown(issue())
    expect(replace(at_time(end), presented=text), 4, FAILED, "validity.credential_expired", at=end)
    last = end - timedelta(seconds=1)
    expect(replace(at_time(last), presented=text), 4, PASSED, "validity.in_force", at=last)
    early = ISSUED - timedelta(seconds=61)
    expect(replace(at_time(early), presented=text), 4, FAILED, "validity.not_yet", at=early)
    skewed = ISSUED - timedelta(seconds=60)
    expect(replace(at_time(skewed), presented=text), 4, PASSED, "validity.in_force", at=skewed)


def test_4_fails_on_a_seal_code_after_its_time() -> None:
    end = ISSUED + timedelta(days=365)
    evidence = replace(at_time(end), kind=InputKind.SEAL_CODE, presented=seal())
    expect(evidence, 4, FAILED, "validity.credential_expired", at=end)


@pytest.mark.parametrize("value", ["", "永久", "2026-02-30", "30/06/2026", ["2026-06-30"]])
def test_4_is_open_where_a_date_cannot_be_read(value: Any) -> None:
    evidence = foreign_code(presented(values=VALUES | {"valid_until": value}))
    expect(evidence, 4, OPEN, "validity.unreadable")


def test_4_reads_the_fields_that_the_type_names() -> None:
    issued = issue(values={"holder_name": "张三丰", "last": "2026-05-31"})
    text = shown(issued, holder_name=Grain.FULL, last=Grain.FULL)
    expect(foreign_code(text), 4, PASSED, "validity.in_force")
    named = foreign_code(text, validity_fields=ValidityFields(last_day="last"))
    expect(named, 4, FAILED, "validity.expired")


def test_4_a_masked_date_says_nothing_about_the_licences_period() -> None:
    issued = issue(masked={"valid_until": "2026-**-**"})
    expect(
        foreign_code(shown(issued, holder_name=Grain.FULL, valid_until=Grain.MASKED)), 4, PASSED, "validity.in_force"
    )
