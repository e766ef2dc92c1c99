"""Each CA of a region publishes which agencies' certificates are revoked; peers find it in the bundle and at an address."""

import base64
from datetime import timedelta

import pytest
from django.test import Client

from certificates.core.x509_crl import Reason, RevocationList, read_crl
from certificates.core.x509_read import X509Certificate, read_certificate
from certificates.models import IssuerKey, KeyState, RegionCa
from certificates.services.publish_revocation_lists import publish_revocation_lists
from certificates.services.rotate_issuer_key import rotate_issuer_key
from tests.integration.factories import AT, Node

LATER = AT + timedelta(hours=1)
pytestmark = pytest.mark.django_db


def published(ca: RegionCa, client: Client | None = None) -> RevocationList:
    answer = (client or Client()).get(f"/crl/{ca.kid}.crl")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pkix-crl"
    return read_crl(answer.content, ca=read_certificate(base64.b64decode(ca.certificate_der)))


def leaf_of(kid: str) -> X509Certificate:
    return read_certificate(base64.b64decode(IssuerKey.objects.get(kid=kid).chain_der[0]))


def test_a_compromised_key_is_on_the_list_of_the_ca_that_its_certificate_names(node: Node) -> None:
    assert publish_revocation_lists(at=AT) == RegionCa.objects.count()
    ca = RegionCa.objects.get(suite=IssuerKey.objects.get(kid=node.kid).suite)
    before = published(ca)
    assert before.by_serial == {}

    rotate_issuer_key(agency_uscc=node.agency.uscc, at=LATER, compromised=True)
    assert publish_revocation_lists(at=LATER) == 1

    after = published(ca)
    (entry,) = after.by_serial.values()
    assert entry.serial_number == leaf_of(node.kid).serial_number
    assert (entry.revoked_at, entry.reason) == (LATER, Reason.KEY_COMPROMISE)
    assert after.number > before.number
    assert f"/crl/{ca.kid}.crl".encode() in leaf_of(node.kid).der


def test_a_key_retired_in_order_is_on_no_list(node: Node) -> None:
    rotate_issuer_key(agency_uscc=node.agency.uscc, at=LATER)
    assert IssuerKey.objects.get(kid=node.kid).state == KeyState.RETIRED
    publish_revocation_lists(at=LATER)
    assert all(published(ca).by_serial == {} for ca in RegionCa.objects.all())


def test_a_list_is_made_anew_only_when_it_changed_or_ends_soon(node: Node) -> None:
    every = RegionCa.objects.count()
    assert publish_revocation_lists(at=AT) == every
    assert publish_revocation_lists(at=LATER) == 0
    assert publish_revocation_lists(at=AT + timedelta(days=14)) == 0
    assert publish_revocation_lists(at=AT + timedelta(days=15)) == every
    for ca in RegionCa.objects.all():
        assert published(ca).next_update == AT + timedelta(days=45)
        assert published(ca).issued_at == AT + timedelta(days=15)


def test_a_list_that_somebody_has_is_not_sent_again(node: Node, client: Client) -> None:
    publish_revocation_lists(at=AT)
    address = f"/crl/{RegionCa.objects.earliest('pk').kid}.crl"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("kid", ["AAAAAAAAAAA", "x" * 300, "%00"])
def test_no_list_of_a_ca_that_is_not_here(node: Node, client: Client, kid: str) -> None:
    publish_revocation_lists(at=AT)
    assert client.get(f"/crl/{kid}.crl").status_code == 404


def test_a_compromised_ca_signs_no_more_lists(node: Node) -> None:
    RegionCa.objects.update(state=KeyState.COMPROMISED, compromised_at=AT)
    assert publish_revocation_lists(at=AT) == 0
