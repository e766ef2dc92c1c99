"""Only a certificate straight under a CA that its region lists, in force at the issue, may vouch for a licence: in every suite."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import x509

from certificates.core.signing.registry import SUITES
from certificates.core.x509_request import make_csr
from tests.unit.certificates.openssl_steps import OpensslCa
from tests.unit.certificates.x509_parts import START, TYPES, USCC, Pair, flipped, make_ca, make_leaf, new_key, remade
from tests.unit.verification.x509_path_steps import NOW, check, refusal, region_with
from verification.core.trust_keys import CaEntry
from verification.core.x509_path import spki_of_leaf


def test_an_agency_under_its_regions_ca_passes(pair: Pair) -> None:
    check(pair, pair.leaf)
    check(pair, pair.leaf, type_code=TYPES[1])


def test_a_path_that_openssl_made_passes(pair: Pair, tmp_path: Path) -> None:
    ca = OpensslCa(tmp_path, pair.key.suite)
    asked = make_csr(
        region_code="330000",
        agency_uscc=USCC,
        agency_name="浙江省公安厅",
        licence_types=TYPES,
        spki=pair.key.spki,
        signer=pair.key.signer,
    )
    entry = CaEntry(der=ca.der, valid_from=START, valid_to=None)
    leaf = ca.issue(asked)
    now = datetime.now(UTC)
    check(pair, leaf, region=region_with(entry), issued_at=now)
    assert refusal(pair, leaf, region=region_with(pair.ca), issued_at=now) == "issuer.unknown_ca"
    for at in range(0, len(leaf), 13):
        assert refusal(pair, flipped(leaf, at, 0), region=region_with(entry), issued_at=now).startswith("issuer.")


def test_a_second_ca_of_the_same_name_does_not_hide_the_first(pair: Pair) -> None:
    newer = make_ca(new_key(pair.key.suite), serial_number=2)
    check(pair, pair.leaf, region=region_with(newer, pair.ca))


@pytest.mark.parametrize("suite", sorted(SUITES))
def test_a_region_may_have_a_ca_of_each_suite_under_one_name(pair: Pair, suite: str) -> None:
    check(pair, pair.leaf, region=region_with(make_ca(new_key(suite)), pair.ca))


def test_a_ca_that_left_and_came_back_vouches_in_both_times(pair: Pair) -> None:
    early = CaEntry(der=pair.ca, valid_from=START, valid_to=START + timedelta(days=1))
    late = CaEntry(der=pair.ca, valid_from=NOW, valid_to=None)
    region = region_with(early, late)
    check(pair, pair.leaf, region=region)
    check(pair, pair.leaf, region=region, issued_at=START)
    assert refusal(pair, pair.leaf, region=region, issued_at=NOW - timedelta(days=1)) == "issuer.ca_not_in_force"


def test_refuses_an_empty_chain(pair: Pair) -> None:
    assert refusal(pair) == "issuer.chain_missing"


def test_refuses_a_chain_that_brings_its_anchor_along(pair: Pair) -> None:
    assert refusal(pair, pair.leaf, pair.ca) == "issuer.anchor_included"
    assert refusal(pair, pair.ca) == "issuer.anchor_included"


def test_refuses_a_chain_longer_than_a_leaf(pair: Pair) -> None:
    assert refusal(pair, pair.leaf, pair.leaf) == "issuer.chain_too_long"


def test_refuses_a_self_signed_certificate_however_well_it_is_filled_in(pair: Pair) -> None:
    subject = x509.Certificate.load(pair.leaf).subject
    assert refusal(pair, remade(pair.leaf, pair.key, issuer=subject)) == "issuer.self_signed"


def test_refuses_a_certificate_of_another_root_with_the_regions_names(pair: Pair) -> None:
    thief = new_key(pair.key.suite)
    forged = make_leaf(make_ca(thief), thief, pair.key)
    assert refusal(pair, forged) == "issuer.unknown_ca"


def test_refuses_a_ca_of_another_name_though_its_key_is_the_same(pair: Pair) -> None:
    renamed = make_ca(pair.ca_key, region_name="浙江省人民政府")
    assert refusal(pair, pair.leaf, region=region_with(renamed)) == "issuer.unknown_ca"


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (START + timedelta(days=730), None),
        (START + timedelta(days=730, seconds=1), "issuer.not_in_force"),
        (START, None),
        (START - timedelta(seconds=1), "issuer.not_in_force"),
    ],
)
def test_refuses_an_issue_outside_the_certificates_validity(pair: Pair, moment: datetime, code: str | None) -> None:
    region = region_with(CaEntry(der=pair.ca, valid_from=START - timedelta(days=1), valid_to=None))
    if code is None:
        check(pair, pair.leaf, region=region, issued_at=moment)
    else:
        assert refusal(pair, pair.leaf, region=region, issued_at=moment) == code


def test_refuses_an_issue_after_the_ca_itself_expired(pair: Pair) -> None:
    short = make_ca(pair.ca_key, valid_until=START + timedelta(days=30))
    assert refusal(pair, pair.leaf, region=region_with(short)) == "issuer.not_in_force"


def test_refuses_a_listed_ca_that_does_not_vouch_for_itself(pair: Pair) -> None:
    ca = remade(pair.ca, new_key(pair.key.suite))
    assert refusal(pair, pair.leaf, region=region_with(ca)) == "issuer.unknown_ca"


def test_gives_the_public_key_bytes_of_a_leaf(pair: Pair) -> None:
    assert spki_of_leaf(pair.leaf) == pair.key.spki
