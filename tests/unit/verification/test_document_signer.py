"""Whose word a document is: the region's own CA, a key that is listed for the type, and a time that could have been. The threats' S8, K8."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from asn1crypto import x509

from certificates.core.x509_extensions import NAME_CONSTRAINTS
from tests.unit.certificates.x509_parts import Key, remade
from tests.unit.suite_in_use import suite_in_use
from tests.unit.verification.ledger import FAILED, PASSED, expect
from tests.unit.verification.province import NOW, ZJ
from tests.unit.verification.scene import FILE_LEAF, ISSUED, WORLD, bundle, file_key_entry, key_entry, pdf_check
from verification.core.agency_keys import KeyState
from verification.core.evidence import DocumentEvidence
from verification.core.verdict import Outcome
from verification.core.x509_path import is_of_region


def document(**changes: Any) -> DocumentEvidence:
    values = {"signer_trusted": True, "signer_leaf": FILE_LEAF, "stated": {"holder_name": "张三丰"}}
    return DocumentEvidence(**(values | changes))


def by_the_neighbours_ca(der: bytes) -> bytes:
    """The same certificate, word for word, from another region's CA."""
    ca = x509.Certificate.load(WORLD.gd_ca)
    return remade(der, Key(suite=suite_in_use().name, private=WORLD.gd.ca_key), issuer=ca.subject)


def test_8_refuses_a_signer_whom_another_regions_ca_vouches_for() -> None:
    expect(
        pdf_check(document=document(signer_leaf=by_the_neighbours_ca(FILE_LEAF))),
        8,
        FAILED,
        "document.signer_untrusted",
    )


def test_8_refuses_a_seal_whose_maker_another_regions_ca_vouches_for() -> None:
    foreign = by_the_neighbours_ca(FILE_LEAF)
    expect(pdf_check(document=document(seal_maker=foreign)), 8, FAILED, "document.signer_untrusted")
    expect(pdf_check(document=document(seal_maker=b"junk")), 8, FAILED, "document.signer_untrusted")


def test_a_certificate_is_of_a_region_only_within_the_names_that_its_ca_may_certify() -> None:
    region = WORLD.trust_list.region(ZJ)
    own = Key(suite=suite_in_use().name, private=WORLD.zj.ca_key)
    abroad = x509.Certificate.load(WORLD.gd.leaf(WORLD.gd_ca)).subject
    assert is_of_region(FILE_LEAF, region=region)
    assert not is_of_region(remade(FILE_LEAF, own, subject=abroad), region=region)
    assert not is_of_region(FILE_LEAF, region=WORLD.trust_list.region(WORLD.gd.code))
    assert not is_of_region(FILE_LEAF, region=None)
    assert NAME_CONSTRAINTS in {
        one["extn_id"].dotted for one in x509.Certificate.load(WORLD.zj_ca)["tbs_certificate"]["extensions"]
    }


def test_8_refuses_a_key_that_the_region_lists_for_other_types() -> None:
    """What the certificate says is not all: the region's bundle may take a type back."""
    keys = bundle(key_entry(), file_key_entry(licence_types=["business_licence"]))
    expect(pdf_check(agency_keys=keys), 8, FAILED, "document.signer_untrusted")


@pytest.mark.parametrize("told", ["signing_time", "proven_at"])
@pytest.mark.parametrize(
    ("at", "outcome", "code"),
    [
        (ISSUED - timedelta(seconds=61), FAILED, "document.signed_before_issue"),
        (ISSUED - timedelta(seconds=60), PASSED, "document.agrees"),
    ],
)
def test_8_refuses_a_document_from_before_its_credential(told: str, at: datetime, outcome: Outcome, code: str) -> None:
    """Nobody can have signed a credential into a file, or had the file timestamped, before the credential was issued."""
    expect(pdf_check(document=document(**{told: at})), 8, outcome, code)


@pytest.mark.parametrize(
    ("at", "outcome", "code"),
    [
        (NOW - timedelta(days=1), FAILED, "document.signed_after_key_ended"),
        (NOW - timedelta(days=2) + timedelta(seconds=60), FAILED, "document.signed_after_key_ended"),
        (NOW - timedelta(days=2), PASSED, "document.agrees"),
    ],
)
def test_8_refuses_a_document_signed_by_a_key_after_its_end(at: datetime, outcome: Outcome, code: str) -> None:
    retired = file_key_entry(state=KeyState.RETIRED, valid_to=NOW - timedelta(days=2))
    evidence = pdf_check(document=document(signing_time=at), agency_keys=bundle(key_entry(), retired))
    expect(evidence, 8, outcome, code)


def test_8_takes_a_timestamp_from_after_the_keys_end_for_a_document_that_waited() -> None:
    retired = file_key_entry(state=KeyState.RETIRED, valid_to=NOW - timedelta(days=2))
    waited = document(signing_time=NOW - timedelta(days=3), proven_at=NOW - timedelta(days=1))
    expect(pdf_check(document=waited, agency_keys=bundle(key_entry(), retired)), 8, PASSED, "document.agrees")


def test_8_refuses_a_document_signed_by_a_key_before_its_beginning() -> None:
    begun = file_key_entry(valid_from=NOW - timedelta(days=2))
    for at, outcome, code in (
        (NOW - timedelta(days=3), FAILED, "document.signer_untrusted"),
        (NOW - timedelta(days=2, seconds=60), PASSED, "document.agrees"),
    ):
        evidence = pdf_check(document=document(signing_time=at), agency_keys=bundle(key_entry(), begun))
        expect(evidence, 8, outcome, code)
