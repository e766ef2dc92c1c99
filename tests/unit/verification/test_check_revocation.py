"""Check 3 and the revocation lists in a region's bundle: what was revoked at issue is refused, silence past its time proves nothing."""

from datetime import timedelta
from typing import Any

import pytest

from certificates.core.x509_crl import Reason, Revocation, RevocationList
from certificates.core.x509_crl_make import make_crl
from tests.unit.verification.ledger import FAILED, OPEN, PASSED, expect
from tests.unit.verification.province import NOW, SINCE, ZJ, p256, signer_of
from tests.unit.verification.scene import ISSUED, LEAF, WORLD, bundle, foreign_code, key_entry, presented, seal_check
from verification.core.agency_keys import AgencyKeys, build_agency_keys, verify_agency_keys
from verification.core.agency_revocations import read_revocation_lists
from verification.core.errors import IssuerError
from verification.core.trust_keys import CaEntry, Purpose

SERIAL = 2  # of LEAF
LONG = timedelta(days=40)
CAS = WORLD.trust_list.region(ZJ).cas
RENEWED = WORLD.zj.leaf(WORLD.zj_ca, serial_number=SERIAL + 1)


def der(*revoked: Revocation, **changes: Any) -> bytes:
    values: dict[str, Any] = {
        "ca_certificate": WORLD.zj_ca,
        "signer": signer_of(WORLD.zj.ca_key),
        "number": 1,
        "issued_at": NOW - timedelta(hours=1),
        "next_update": NOW + timedelta(days=7),
        "revoked": revoked,
    }
    return make_crl(**(values | changes))


def entry(**changes: Any) -> Revocation:
    values: dict[str, Any] = {"serial_number": SERIAL, "revoked_at": ISSUED, "reason": Reason.SUPERSEDED}
    return Revocation(**(values | changes))


def keys(*revoked: Revocation, **changes: Any) -> AgencyKeys:
    return bundle(revocation_lists=read_revocation_lists([der(*revoked, **changes)], cas=CAS))


@pytest.mark.parametrize("reason", [Reason.SUPERSEDED, Reason.KEY_COMPROMISE, Reason.CERTIFICATE_HOLD])
def test_3_fails_on_a_certificate_that_was_revoked_when_the_log_says_it_signed(reason: Reason) -> None:
    at_issue = keys(entry(reason=reason))
    for evidence in (foreign_code, seal_check):
        expect(evidence(agency_keys=at_issue), 3, FAILED, "issuer.revoked")
        expect(evidence(agency_keys=at_issue, logged_issue_at=ISSUED), 3, FAILED, "issuer.revoked")


def test_3_goes_by_the_logged_time_and_not_by_one_that_a_thief_may_state() -> None:
    later = keys(entry(revoked_at=ISSUED + timedelta(days=1)))
    expect(foreign_code(agency_keys=later, logged_issue_at=ISSUED + timedelta(days=1)), 3, FAILED, "issuer.revoked")
    expect(foreign_code(agency_keys=later, logged_issue_at=ISSUED), 3, PASSED, "issuer.authorised")


def test_3_passes_for_a_certificate_revoked_in_order_after_it_signed() -> None:
    expect(foreign_code(agency_keys=keys(entry(revoked_at=NOW))), 3, PASSED, "issuer.authorised")


@pytest.mark.parametrize("reason", [Reason.KEY_COMPROMISE, Reason.CA_COMPROMISE])
def test_3_leaves_open_what_a_key_signed_that_others_came_to_hold_unless_the_log_knows_better(reason: Reason) -> None:
    stolen = keys(entry(revoked_at=NOW, reason=reason))
    expect(foreign_code(agency_keys=stolen), 3, OPEN, "issuer.issue_time_unproven")
    expect(foreign_code(agency_keys=stolen, logged_issue_at=ISSUED), 3, PASSED, "issuer.authorised")


def test_3_goes_by_the_earlier_of_revocation_and_first_distrust() -> None:
    found_late = keys(entry(revoked_at=NOW, reason=Reason.KEY_COMPROMISE, invalid_from=ISSUED))
    expect(foreign_code(agency_keys=found_late, logged_issue_at=ISSUED), 3, FAILED, "issuer.revoked")


def test_3_does_not_mind_the_revocation_of_another_certificate() -> None:
    expect(foreign_code(agency_keys=keys(entry(serial_number=99))), 3, PASSED, "issuer.authorised")
    renewed = foreign_code(
        presented(x5c=(RENEWED,)),
        agency_keys=bundle(key_entry(x5c=(RENEWED,)), revocation_lists=keys(entry()).revocation_lists),
    )
    expect(renewed, 3, PASSED, "issuer.authorised")


def test_3_does_not_mind_the_same_number_under_another_ca() -> None:
    other_key = p256()
    other = WORLD.zj.ca(private_key=other_key)
    cas = (CaEntry(der=other, valid_from=SINCE, valid_to=None),)
    lists = read_revocation_lists([der(entry(), ca_certificate=other, signer=signer_of(other_key))], cas=cas)
    assert lists[0].by_serial.keys() == {SERIAL}
    expect(foreign_code(agency_keys=bundle(revocation_lists=lists)), 3, PASSED, "issuer.authorised")


def test_3_leaves_open_what_a_list_past_its_next_update_is_silent_about() -> None:
    old = {"issued_at": NOW - LONG, "next_update": NOW}
    expect(foreign_code(agency_keys=keys(**old)), 3, OPEN, "issuer.crl_stale")
    in_time = keys(**(old | {"next_update": NOW + timedelta(seconds=1)}))
    expect(foreign_code(agency_keys=in_time), 3, PASSED, "issuer.authorised")
    # What it says, it says for good.
    expect(foreign_code(agency_keys=keys(entry(), **old)), 3, FAILED, "issuer.revoked")


def test_3_goes_by_the_bundle_alone_where_the_region_publishes_no_list() -> None:
    expect(foreign_code(agency_keys=bundle()), 3, PASSED, "issuer.authorised")


def read_back(*crls: bytes, **changes: Any) -> tuple[RevocationList, ...]:
    token = build_agency_keys(
        region_code=ZJ,
        version=4,
        issued_at=NOW - timedelta(hours=1),
        expires_at=NOW + timedelta(days=7),
        keys=[key_entry()],
        crls=crls,
        signer=WORLD.zj.signer(Purpose.BUNDLE),
    )
    return verify_agency_keys(token, region=WORLD.trust_list.region(ZJ), at=NOW).revocation_lists


def test_a_bundle_carries_the_lists_of_its_regions_cas() -> None:
    (found,) = read_back(der(entry()))
    assert found.by_serial == {SERIAL: entry()}
    assert read_back() == ()


def test_a_list_of_a_ca_that_the_trust_list_does_not_name_yet_is_passed_over() -> None:
    key = p256()
    new = der(ca_certificate=WORLD.zj.ca(private_key=key), signer=signer_of(key))
    assert len(read_back(new, der())) == 1


def test_refuses_a_bundle_with_a_list_that_its_ca_did_not_sign() -> None:
    good = der(entry())
    forged = good[:-1] + bytes([good[-1] ^ 1])
    for bad in (forged, b"junk", LEAF):
        with pytest.raises(IssuerError) as caught:
            read_back(bad)
        assert caught.value.code == "agency_keys.crl"


def test_refuses_a_bundle_with_more_lists_than_allowed_or_one_twice() -> None:
    for crls in ([der(number=number) for number in range(17)], [der()] * 2):
        with pytest.raises(IssuerError) as caught:
            read_back(*crls)
        assert caught.value.code == "agency_keys.format"
