"""The keys of a guomi node: SM2 for all that is stated, P-256 for files, Ed25519 and SM2 for the log; the same life as others."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from certificates.models import Certificate, IssuerKey, NodeKey, RegionCa
from certificates.services.add_licensed_ca import add_licensed_ca
from certificates.services.import_issuer_certificate import import_issuer_certificate
from certificates.services.request_issuer_certificate import request_issuer_certificate
from certificates.services.rotate_kek import rotate_kek
from certificates.services.rotate_node_key import rotate_node_key
from certificates.services.rotate_region_ca import rotate_region_ca
from tests.integration.factories import AT, Node, make_node
from tests.integration.licensed_ca import LicensedCa
from verification.core.agency_keys import verify_agency_keys
from verification.core.trust_keys import Purpose
from verification.core.trust_list import read_region
from verification.models import AgencyKeyBundle
from verification.services.describe_node import describe_node
from verification.services.publish_agency_keys import publish_agency_keys
from verification.services.publish_log import publish_log

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.fixture
def guomi(node_folder: Path, settings: Any) -> Node:
    """A node of the guomi profile with an issuing agency."""
    settings.NODE = replace(settings.NODE, profile="guomi")
    return make_node()


def test_each_key_is_of_the_suite_that_its_purpose_needs(guomi: Node) -> None:
    suites = dict(NodeKey.objects.values_list("purpose", "suite"))
    assert {suites.pop(note) for note in ("log", "witness")} == {"Ed25519"}
    assert suites.pop("archive") == "ES256"  # its files are PDFs, and no reader of these knows SM2
    assert set(suites.values()) == {"SM2"}
    assert "log_sm2" in suites
    assert dict(IssuerKey.objects.values_list("use", "suite")) == {"credential": "SM2", "document": "ES256"}
    assert set(RegionCa.objects.values_list("suite", flat=True)) == {"SM2", "ES256"}


def test_keys_and_cas_are_rotated_and_told_with_their_suites(guomi: Node) -> None:
    guomi.issue()
    publish_log(at=AT)
    for purpose in ("bundle", "log_sm2"):
        rotate_node_key(purpose=purpose, at=LATER)
    rotate_region_ca(suite="SM2", at=LATER)
    rotate_kek()

    second = guomi.issue(guomi.request(values={"certificate_number": "浙2332026202600002"}), key="k2", at=LATER)
    publish_log(at=LATER)
    publish_agency_keys(at=LATER)

    region = read_region(describe_node(at=LATER))
    assert [len(region.keys[purpose]) for purpose in (Purpose.BUNDLE, Purpose.LOG_SM2, Purpose.STATUS)] == [2, 2, 1]
    newest = AgencyKeyBundle.objects.order_by("-version").first()
    assert newest is not None
    told = verify_agency_keys(newest.bundle, region=region, at=LATER)
    assert sorted((key.use.value, key.key.suite, key.state.value) for key in told.by_kid.values()) == [
        ("credential", "SM2", "active"),
        ("credential", "SM2", "retired"),
        ("document", "ES256", "active"),
    ]
    signed_with = Certificate.objects.get(pk=second).issuer_key
    assert signed_with is not None
    assert signed_with.kid != guomi.kid


def test_a_licensed_sm2_ca_certifies_an_sm2_key(guomi: Node) -> None:
    ca = LicensedCa(suite="SM2", at=AT)
    add_licensed_ca(certificate=ca.certificate, at=AT)
    request = request_issuer_certificate(agency_uscc=guomi.agency.uscc, use="credential", licence_types=[])
    import_issuer_certificate(kid=request.kid, chain=[ca.certify(request.csr)], from_at=LATER, at=LATER)
    row = Certificate.objects.get(pk=guomi.issue(at=LATER))
    assert row.issuer_key is not None
    assert row.issuer_key.kid == request.kid
