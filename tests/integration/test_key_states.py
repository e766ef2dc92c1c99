"""Keys of agencies: pending, active, retired, compromised; each step by name, and what others are told of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from asn1crypto.csr import CertificationRequest
from django.conf import settings
from django.db import IntegrityError, transaction

from certificates.adapters.issue_keys import request_signer
from certificates.core.crypto_profile import profile
from certificates.core.errors import CertificatesError, CredentialError
from certificates.core.x509_read import read_certificate
from certificates.models import Certificate, IssuerKey, RegionCa
from certificates.services.activate_due_keys import activate_due_keys
from certificates.services.add_licensed_ca import add_licensed_ca
from certificates.services.end_key import end_key
from certificates.services.import_issuer_certificate import import_issuer_certificate
from certificates.services.mark_key_compromised import mark_key_compromised
from certificates.services.request_issuer_certificate import request_issuer_certificate
from certificates.services.rotate_issuer_key import OVERLAP, rotate_issuer_key
from tests.integration.factories import AT, CONSTRUCTOR, FOOD, Node, make_agency
from tests.integration.licensed_ca import LicensedCa
from verification.core.agency_keys import AgencyKeys, KeyState, KeyUse, verify_agency_keys
from verification.core.trust_list import read_region
from verification.models import AgencyKeyBundle
from verification.queries.own_agency_keys import own_agency_key
from verification.services.describe_node import describe_node
from verification.services.publish_agency_keys import publish_agency_keys

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def ca(node: Node) -> LicensedCa:
    """A licensed CA that the node knows of."""
    licensed = LicensedCa(at=AT)
    add_licensed_ca(certificate=licensed.certificate, at=AT)
    return licensed


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(CertificatesError) as refused, transaction.atomic():
        call()
    return refused.value.code


def asked(node: Node, use: str = "credential", types: tuple[str, ...] = ()) -> Any:
    return request_issuer_certificate(agency_uscc=node.agency.uscc, use=use, licence_types=types)


def published(at: datetime) -> AgencyKeys:
    """The bundle as a peer reads it."""
    publish_agency_keys(at=at)
    bundle = AgencyKeyBundle.objects.order_by("-version").first()
    assert bundle is not None
    return verify_agency_keys(bundle.bundle, region=read_region(describe_node(at=at)), at=at)


def row(kid: str) -> IssuerKey:
    return IssuerKey.objects.get(kid=kid)


def number(text: str) -> dict[str, str]:
    return {"certificate_number": text}


def test_a_pending_key_signs_nothing_and_is_told_to_nobody(node: Node) -> None:
    request = asked(node)

    licence = node.issue()

    assert Certificate.objects.get(pk=licence).issuer_key.kid == node.kid
    assert (row(request.kid).state, row(request.kid).from_at) == ("pending", None)
    assert request.kid not in published(AT).by_kid
    assert own_agency_key(kid=request.kid) is None
    assert asked(node).kid == request.kid


def test_refuses_to_retire_what_is_not_active(node: Node) -> None:
    pending, active = row(asked(node).kid), row(node.kid)
    assert refusal(lambda: end_key(key=pending, to_at=AT + DAY)) == "issue.key_state"
    assert refusal(lambda: end_key(key=active, to_at=AT - DAY)) == "issue.key_state"
    end_key(key=active, to_at=AT + DAY)
    assert refusal(lambda: end_key(key=active, to_at=AT + 2 * DAY)) == "issue.key_state"


def test_a_pending_key_of_a_day_to_come_is_told_before_and_takes_over_on_that_day(node: Node, ca: LicensedCa) -> None:
    request = asked(node)
    chain = [ca.certify(request.csr), ca.certificate]
    assert import_issuer_certificate(kid=request.kid, chain=chain, from_at=AT + DAY, at=AT) is False

    told = published(AT).by_kid[request.kid]
    assert (told.state, told.valid_from, told.in_force(AT)) == (KeyState.PENDING, AT + DAY, False)
    assert activate_due_keys(at=AT + DAY - timedelta(seconds=1)) == 0
    assert Certificate.objects.get(pk=node.issue()).issuer_key.kid == node.kid

    assert activate_due_keys(at=AT + DAY) == 1
    assert activate_due_keys(at=AT + DAY) == 0

    later = node.issue(node.request(values=number("浙2332026202600002")), key="k2", at=AT + DAY)
    assert Certificate.objects.get(pk=later).issuer_key.kid == request.kid
    old = published(AT + DAY).by_kid[node.kid]
    assert (old.state, old.valid_to) == (KeyState.RETIRED, AT + DAY + OVERLAP)


def test_the_first_key_of_an_agency_may_come_from_a_licensed_ca(node: Node) -> None:
    ca = LicensedCa(suite="ES256", at=AT)  # documents are sealed with P-256 in either profile
    add_licensed_ca(certificate=ca.certificate, at=AT)
    other = make_agency(which="hz_land")
    assert refusal(lambda: request_issuer_certificate(agency_uscc=other.uscc, use="credential", licence_types=[])) == (
        "issue.no_key"
    )
    request = request_issuer_certificate(agency_uscc=other.uscc, use="document", licence_types=[CONSTRUCTOR])
    import_issuer_certificate(kid=request.kid, chain=[ca.certify(request.csr)], from_at=AT, at=AT)
    assert (row(request.kid).state, row(request.kid).use) == ("active", "document")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agency_uscc": "1133000000248220XL"}, "issuer.other_subject"),
        ({"licence_types": [CONSTRUCTOR]}, "issuer.scope"),
        ({"valid_until": AT - timedelta(hours=1)}, "issuer.not_in_force"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refuses_a_certificate_that_is_not_the_one_asked_for(
    node: Node, ca: LicensedCa, changes: dict[str, Any], code: str
) -> None:
    request = asked(node)
    leaf = ca.certify(request.csr, **changes)

    assert refusal(lambda: import_issuer_certificate(kid=request.kid, chain=[leaf], from_at=AT, at=AT)) == code
    assert (row(request.kid).state, row(request.kid).chain_der) == ("pending", [])


def test_refuses_the_certificate_of_another_key_or_of_an_unknown_ca(node: Node, ca: LicensedCa) -> None:
    request, other = asked(node), asked(node, use="document")
    stranger = LicensedCa(at=AT)

    def brought(leaf: bytes) -> str:
        return refusal(lambda: import_issuer_certificate(kid=request.kid, chain=[leaf], from_at=AT, at=AT))

    assert brought(ca.certify(other.csr)) == "issuer.other_key"
    assert brought(stranger.certify(request.csr)) == "issuer.unknown_ca"


def test_refuses_a_beginning_in_the_past_and_a_second_certificate(node: Node, ca: LicensedCa) -> None:
    request = asked(node)
    leaf = ca.certify(request.csr)
    for kid, begins in ((request.kid, AT - DAY), (node.kid, AT), ("AAAAAAAAAAA", AT)):
        assert (
            refusal(
                lambda kid=kid, begins=begins: import_issuer_certificate(kid=kid, chain=[leaf], from_at=begins, at=AT)
            )
            == "issue.key_state"
        )
    import_issuer_certificate(kid=request.kid, chain=[leaf], from_at=AT, at=AT)
    assert refusal(lambda: import_issuer_certificate(kid=request.kid, chain=[leaf], from_at=AT, at=AT)) == (
        "issue.key_state"
    )


def test_a_key_signs_a_request_for_its_own_certificate_and_nothing_else_without_a_token(node: Node) -> None:
    first, second = asked(node), asked(node, use="document")
    signer = request_signer(kid=first.kid, use="credential")
    own, other = (CertificationRequest.load(one.csr)["certification_request_info"].dump() for one in (first, second))
    assert len(signer.sign(own)) == 64
    for data in (
        other,
        own + b"\x00",
        second.csr,
        first.csr,
        b"",
        b"\x30\x00",
        b"\x31\x00",
        b"eyJ0eXAiOiJkYytzZC1qd3QifQ.e30",
    ):
        with pytest.raises(CredentialError) as refused:
            signer.sign(data)
        assert refused.value.code == "key.purpose"


def test_a_compromise_is_dated_when_it_began_and_never_later_nor_taken_back(node: Node) -> None:
    now = AT + 3 * DAY
    mark_key_compromised(kid=node.kid, since=AT + 2 * DAY, at=now)
    mark_key_compromised(kid=node.kid, since=now - timedelta(hours=1), at=now)
    assert (row(node.kid).state, row(node.kid).compromised_at) == ("compromised", AT + 2 * DAY)

    mark_key_compromised(kid=node.kid, since=AT + DAY, at=now)

    told = published(now).by_kid[node.kid]
    assert (told.state, told.compromised_at, told.valid_to) == (KeyState.COMPROMISED, AT + DAY, None)
    assert refusal(lambda: mark_key_compromised(kid=node.kid, since=now + DAY, at=now)) == "issue.key_state"
    assert refusal(lambda: mark_key_compromised(kid="AAAAAAAAAAA", since=AT, at=now)) == "issue.no_key"


def test_refuses_a_compromise_before_the_key_began_unless_it_never_came_into_force(node: Node, ca: LicensedCa) -> None:
    assert refusal(lambda: mark_key_compromised(kid=node.kid, since=AT - DAY, at=AT)) == "issue.key_not_begun"
    mark_key_compromised(kid=node.kid, since=AT, at=AT)
    assert refusal(lambda: mark_key_compromised(kid=node.kid, since=AT - DAY, at=AT)) == "issue.key_not_begun"

    request = asked(node, types=(CONSTRUCTOR,))
    chain = [ca.certify(request.csr), ca.certificate]
    import_issuer_certificate(kid=request.kid, chain=chain, from_at=AT + DAY, at=AT)
    for since in (AT, AT - timedelta(hours=1)):
        mark_key_compromised(kid=request.kid, since=since, at=AT)
        assert row(request.kid).compromised_at == since


def test_after_a_compromise_nothing_is_issued_until_there_is_another_key(node: Node) -> None:
    mark_key_compromised(kid=node.kid, since=AT, at=AT)
    with pytest.raises(CertificatesError) as refused:
        node.issue()
    assert refused.value.code == "issue.type_not_allowed"

    kid = rotate_issuer_key(agency_uscc=node.agency.uscc, at=AT)

    assert Certificate.objects.get(pk=node.issue(key="k2")).issuer_key.kid == kid
    assert row(kid).licence_types == row(node.kid).licence_types


def test_a_retired_key_may_turn_out_to_be_compromised(node: Node) -> None:
    rotate_issuer_key(agency_uscc=node.agency.uscc, at=AT + DAY)
    mark_key_compromised(kid=node.kid, since=AT + timedelta(hours=1), at=AT + 2 * DAY)
    told = published(AT + 2 * DAY).by_kid[node.kid]
    assert (told.state, told.valid_to) == (KeyState.COMPROMISED, AT + DAY + OVERLAP)
    assert told.compromised_at == AT + timedelta(hours=1)


def test_the_bundle_tells_use_suite_state_and_times_and_its_version_rises(node: Node) -> None:
    first = published(AT)
    assert {key.use for key in first.by_kid.values()} == set(KeyUse)
    suites = {key.use: key.key.suite for key in first.by_kid.values()}
    assert suites == {KeyUse.CREDENTIAL: profile(settings.NODE.profile).suite, KeyUse.DOCUMENT: "ES256"}
    assert published(AT).version == first.version

    versions = [first.version]
    for step in range(3):
        rotate_issuer_key(agency_uscc=node.agency.uscc, use="document", at=AT + timedelta(milliseconds=step))
        versions.append(published(AT).version)

    assert versions == sorted(set(versions))
    assert len(published(AT).by_kid) == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "retired"},
        {"state": "active", "to_at": AT},
        {"state": "compromised"},
        {"state": "active", "compromised_at": AT},
        {"state": "active", "from_at": None},
    ],
    ids=str,
)
def test_the_database_refuses_a_state_without_its_time_and_a_time_without_its_state(
    node: Node, changes: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuerKey.objects.filter(kid=node.kid).update(**changes)


def test_refuses_a_licensed_ca_of_another_region_or_profile(node: Node, ca: LicensedCa) -> None:
    leaf = ca.certify(asked(node).csr)
    assert refusal(lambda: add_licensed_ca(certificate=leaf, at=AT)).startswith("issuer.")
    sichuan = LicensedCa(at=AT, region="510000")
    assert refusal(lambda: add_licensed_ca(certificate=sichuan.certificate, at=AT)) == "issue.ca"
    assert refusal(lambda: add_licensed_ca(certificate=ca.certificate, at=AT)) == "issue.key_exists"
    assert read_certificate(ca.certificate).spki == ca.spki
    assert ca.certificate in {entry.der for entry in read_region(describe_node(at=AT)).cas}
    assert RegionCa.objects.filter(backend="external").count() == 1


def test_the_scope_of_a_request_is_what_the_key_may_sign(node: Node) -> None:
    request = asked(node, types=(FOOD,))
    assert row(request.kid).licence_types == [FOOD]
