"""Check 3: the issuer's authority at the issue time that the log knows."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.unit.verification.ledger import FAILED, OPEN, PASSED, expect, trust_list, with_zj
from tests.unit.verification.province import GD, SINCE
from tests.unit.verification.scene import (
    ISSUED,
    LEAF,
    NOW,
    WORLD,
    bundle,
    foreign_code,
    key_entry,
    presented,
    seal,
    seal_check,
)
from verification.core.agency_keys import KeyState, KeyUse
from verification.core.evidence import (
    Evidence,
)

# The region and its bundle allow the type; the agency's certificate does not.
OTHER_TYPES = WORLD.zj.leaf(WORLD.zj_ca, licence_types=["business_licence"])


def compromised(at: datetime) -> Any:
    return bundle(key_entry(state=KeyState.COMPROMISED, compromised_at=at))


def other_agency_entry() -> Any:
    return bundle(replace(key_entry(), agency_uscc="1133000000248220XL"))


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        (foreign_code(trust_list=trust_list(regions={})), "issuer.region_unknown"),
        (foreign_code(presented(region=GD)), "issuer.scope"),
        (seal_check(seal(region=GD)), "issuer.scope"),
        (foreign_code(trust_list=with_zj(licence_types=frozenset())), "issuer.type_not_of_region"),
        (foreign_code(agency_keys=bundle(key_entry(licence_types=["other"]))), "issuer.type_not_of_agency"),
        (foreign_code(agency_keys=bundle(key_entry(valid_to=ISSUED))), "issuer.key_not_in_force"),
        (
            foreign_code(agency_keys=bundle(key_entry(valid_from=ISSUED + timedelta(seconds=1)))),
            "issuer.key_not_in_force",
        ),
        (foreign_code(logged_issue_at=SINCE - timedelta(days=1)), "issuer.key_not_in_force"),
        (foreign_code(agency_keys=bundle(key_entry(use=KeyUse.DOCUMENT))), "issuer.key_use"),
        (foreign_code(agency_keys=compromised(ISSUED)), "issuer.key_compromised"),
        (
            foreign_code(
                agency_keys=compromised(ISSUED + timedelta(days=1)), logged_issue_at=ISSUED + timedelta(days=1)
            ),
            "issuer.key_compromised",
        ),
        (foreign_code(presented(x5c=(LEAF, WORLD.zj_ca))), "issuer.anchor_included"),
        (foreign_code(agency_keys=other_agency_entry()), "issuer.agency"),
        (
            foreign_code(presented(x5c=(OTHER_TYPES,)), agency_keys=bundle(key_entry(x5c=(OTHER_TYPES,)))),
            "issuer.scope",
        ),
        (seal_check(agency_keys=bundle(key_entry(x5c=(OTHER_TYPES,)))), "issuer.scope"),
        (foreign_code(trust_list=with_zj(cas=())), "issuer.unknown_ca"),
        (seal_check(trust_list=with_zj(cas=())), "issuer.unknown_ca"),
    ],
)
def test_3_fails_on_an_issuer_without_the_authority(evidence: Evidence, code: str) -> None:
    expect(evidence, 3, FAILED, code)


def test_3_passes_for_a_retired_key_that_was_in_force_at_issue() -> None:
    retired = bundle(key_entry(valid_to=ISSUED + timedelta(seconds=1), state=KeyState.RETIRED))
    expect(foreign_code(agency_keys=retired), 3, PASSED, "issuer.authorised")


def test_3_passes_for_a_compromised_key_only_if_the_log_knows_an_earlier_issue() -> None:
    keys = compromised(ISSUED + timedelta(days=1))
    expect(foreign_code(agency_keys=keys, logged_issue_at=ISSUED), 3, PASSED, "issuer.authorised")
    expect(foreign_code(agency_keys=keys), 3, OPEN, "issuer.issue_time_unproven")


def test_3_goes_by_the_logged_issue_time_and_not_by_the_stated_one() -> None:
    keys = bundle(key_entry(valid_to=ISSUED + timedelta(days=1)))
    late = foreign_code(agency_keys=keys, logged_issue_at=ISSUED + timedelta(days=2))
    expect(late, 3, FAILED, "issuer.key_not_in_force")


@pytest.mark.parametrize(
    ("begins", "outcome", "code"),
    [
        (ISSUED + timedelta(seconds=1), FAILED, "issuer.key_not_in_force"),
        (ISSUED, PASSED, "issuer.authorised"),
    ],
)
def test_3_takes_an_announced_key_from_its_beginning_on_and_not_before(
    begins: datetime, outcome: Any, code: str
) -> None:
    pending = bundle(key_entry(valid_from=begins, state=KeyState.PENDING))
    expect(foreign_code(agency_keys=pending), 3, outcome, code)


def test_3_takes_a_licence_after_the_end_of_its_key_only_if_the_log_knows_an_earlier_issue() -> None:
    ended = bundle(key_entry(valid_to=ISSUED, state=KeyState.RETIRED))
    expect(foreign_code(agency_keys=ended), 3, FAILED, "issuer.key_not_in_force")
    earlier = foreign_code(agency_keys=ended, logged_issue_at=ISSUED - timedelta(seconds=1))
    expect(earlier, 3, PASSED, "issuer.authorised")


def test_3_refuses_an_issue_time_that_has_not_come_under_a_key_that_will_be_in_force_then() -> None:
    future = int((NOW + timedelta(days=20)).timestamp())
    pending = bundle(key_entry(valid_from=NOW + timedelta(days=10), state=KeyState.PENDING))
    for evidence in (
        foreign_code(presented(iat=future, nbf=future), agency_keys=pending),
        seal_check(seal(issued_at=future), agency_keys=pending),
        foreign_code(logged_issue_at=NOW + timedelta(days=20), agency_keys=pending),
    ):
        expect(evidence, 3, FAILED, "issuer.issued_in_future")
    within = int((NOW + timedelta(seconds=60)).timestamp())
    expect(seal_check(seal(issued_at=within)), 3, PASSED, "issuer.authorised")
    expect(seal_check(seal(issued_at=within + 1)), 3, FAILED, "issuer.issued_in_future")


def test_3_refuses_a_future_issue_under_a_certificate_that_is_not_valid_yet() -> None:
    late = WORLD.zj.leaf(WORLD.zj_ca, serial_number=9, valid_from=NOW + timedelta(days=5))
    future = int((NOW + timedelta(days=20)).timestamp())
    keys = bundle(key_entry(x5c=(late,), valid_from=NOW + timedelta(days=5)))
    expect(
        foreign_code(presented(x5c=(late,), iat=future, nbf=future), agency_keys=keys),
        3,
        FAILED,
        "issuer.issued_in_future",
    )
