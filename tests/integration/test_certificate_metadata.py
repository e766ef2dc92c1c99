"""Metadata: who may list what, and never a value in it."""

from dataclasses import asdict
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from certificates.core.grains import Grain
from certificates.core.sd_jwt_verify import verify_credential
from certificates.models import IssuerKey, StatusEntry
from certificates.queries.certificate_metadata import (
    certificate_by_status,
    certificate_metadata,
    certificates_of_agency,
    certificates_of_holder,
)
from certificates.queries.pending_events import pending_events
from certificates.queries.status_lists import status_list_uri
from certificates.services.disclose_credential import disclose_credential
from certificates.services.issue_certificate import issue_certificate
from certificates.services.sign_certificate import trusted_key
from tests.integration.factories import AT, FOOD, Node, owner_of, release
from tests.integration.membership_steps import member_of


@pytest.mark.django_db
def test_holds_numbers_states_and_times_and_no_value(node: Node, issued: UUID) -> None:
    found = certificate_metadata(certificate_id=issued)

    assert found is not None
    assert (found.state, found.version, found.document_state) == ("valid", 1, "pending")
    assert (found.issued_at, found.released_at) == (AT, AT)
    assert found.holder_ids == (owner_of(issued),)
    text = repr(asdict(found))
    assert not any(value in text for value in ("张䶮", "330106198805123013", "浙2332026202600001"))
    assert certificate_metadata(certificate_id=uuid4()) is None


@pytest.mark.django_db
def test_lists_an_agencys_and_a_holders_certificates(node: Node, issued: UUID) -> None:
    other = node.issue(node.request(FOOD), key="k2")

    assert {one.id for one in certificates_of_agency(uscc=node.agency.uscc)} == {issued, other}
    assert certificates_of_agency(uscc="11330100MB9900021T") == ()
    assert [one.id for one in certificates_of_holder(holder_id=owner_of(issued), at=AT)] == [issued]


@pytest.mark.django_db
def test_a_member_sees_the_firms_certificates_while_the_membership_lasts(node: Node) -> None:
    licence = node.issue(node.request(FOOD))
    person = member_of(owner_of(licence), from_date=date(2026, 11, 23), to_date=date(2026, 11, 24))

    for days, expected in ((-1, []), (0, [licence]), (1, [licence]), (2, [])):
        found = certificates_of_holder(holder_id=person, at=AT + timedelta(days=days))
        assert [one.id for one in found] == expected, days


@pytest.mark.django_db
def test_finds_a_certificate_by_the_status_its_credential_names(node: Node, issued: UUID) -> None:
    sd_jwt = disclose_credential(certificate_id=issued, grains={"sex": Grain.FULL}).sd_jwt
    status = verify_credential(sd_jwt, key=trusted_key(IssuerKey.objects.get(use="credential"))).claims.status

    assert certificate_by_status(uri=status.uri, index=status.index) == issued
    assert certificate_by_status(uri=status.uri.replace("http://", "https://"), index=status.index) is None
    assert certificate_by_status(uri=f"{status.uri}x", index=status.index) is None
    assert certificate_by_status(uri=status.uri, index=status.index + 1) is None
    entries = StatusEntry.objects.filter(certificate=issued)
    assert {status_list_uri(status_list_id=one.status_list_id) for one in entries} >= {status.uri}


@pytest.mark.django_db
def test_events_wait_until_they_have_an_index(node: Node) -> None:
    answer = issue_certificate(caller=node.officer, request=node.request(), idempotency_key="k", at=AT)

    (waiting,) = pending_events(limit=10)
    assert waiting.kind == "event.issued"
    release(answer.id)
    assert pending_events(limit=10) == ()
    found = certificate_metadata(certificate_id=answer.id)
    assert found is not None
    assert found.released_at == AT
