"""Issue keys: one active per agency; old ones stay listed and what they signed stays verifiable."""

import base64
from datetime import timedelta

import pytest

from certificates.core.errors import IssueError
from certificates.core.grains import Grain
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.x509_chain import issuing_cas
from certificates.models import Certificate, IssuerKey
from certificates.services.create_issuer_key import create_issuer_key
from certificates.services.disclose_credential import disclose_credential
from certificates.services.rotate_issuer_key import OVERLAP, rotate_issuer_key
from certificates.services.sign_certificate import trusted_key
from tests.integration.factories import AT, CONSTRUCTOR, Node, make_agency
from tests.integration.keys import region_ca_certificate

LATER = AT + timedelta(days=1)


@pytest.mark.django_db
def test_old_licences_verify_under_the_old_key_and_new_ones_under_the_new(node: Node) -> None:
    old_licence = node.issue(key="k1")

    new_kid = rotate_issuer_key(agency_uscc=node.agency.uscc, at=LATER)

    new_licence = node.issue(node.request(values={"certificate_number": "浙2332026202600002"}), key="k2", at=LATER)
    assert dict(Certificate.objects.values_list("pk", "issuer_key__kid")) == {
        old_licence: node.kid,
        new_licence: new_kid,
    }
    for certificate_id, kid in ((old_licence, node.kid), (new_licence, new_kid)):
        sd_jwt = disclose_credential(certificate_id=certificate_id, grains={"sex": Grain.FULL}).sd_jwt
        verify_credential(sd_jwt, key=trusted_key(IssuerKey.objects.get(kid=kid)))
    states = dict(IssuerKey.objects.filter(use="credential").values_list("kid", "state"))
    assert states == {node.kid: "retired", new_kid: "active"}
    assert IssuerKey.objects.get(kid=node.kid).to_at == LATER + OVERLAP


@pytest.mark.django_db
def test_the_new_key_keeps_the_types_and_stands_under_the_regions_ca(node: Node) -> None:
    kid = rotate_issuer_key(agency_uscc=node.agency.uscc, at=LATER, compromised=True)

    row = IssuerKey.objects.get(kid=kid)
    assert row.licence_types == IssuerKey.objects.get(kid=node.kid).licence_types
    ca = region_ca_certificate(suite=row.suite)
    assert issuing_cas(base64.b64decode(row.chain_der[0]), cas=(ca,)) == (ca,)
    assert IssuerKey.objects.get(kid=node.kid).state == "compromised"


@pytest.mark.django_db
def test_refuses_a_second_active_key_and_a_rotation_of_none(node: Node) -> None:
    with pytest.raises(IssueError) as refused:
        create_issuer_key(agency_uscc=node.agency.uscc, licence_types=[CONSTRUCTOR], at=AT)
    assert refused.value.code == "issue.key_exists"

    other = make_agency(which="hz_land")
    with pytest.raises(IssueError) as refused:
        rotate_issuer_key(agency_uscc=other.uscc, at=AT)
    assert refused.value.code == "issue.no_key"


@pytest.mark.django_db
def test_refuses_a_key_for_an_agency_that_issues_nothing(node: Node) -> None:
    other = make_agency(which="hz_tender", issues=False)
    with pytest.raises(IssueError) as refused:
        create_issuer_key(agency_uscc=other.uscc, licence_types=[CONSTRUCTOR], at=AT)
    assert refused.value.code == "issue.agency"


@pytest.mark.django_db
def test_what_began_before_a_rotation_stays_with_the_key_that_was_in_force_then(node: Node) -> None:
    new_kid = rotate_issuer_key(agency_uscc=node.agency.uscc, at=LATER)

    under = {}
    for seconds in (-1, 0):
        request = node.request(values={"certificate_number": f"浙233202620260{100 + seconds:04d}"})
        licence = node.issue(request, key=f"k{seconds}", at=LATER + timedelta(seconds=seconds))
        under[seconds] = Certificate.objects.get(pk=licence).issuer_key.kid

    assert under == {-1: node.kid, 0: new_kid}
