"""Revoke, suspend, reinstate: one-way where it must be, published before the call returns."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from accounts.core.errors import NotPermitted
from accounts.core.permissions import Role
from certificates.core.errors import IssueError
from certificates.core.status_list import Status, verify_status_token
from certificates.models import Certificate, CertificateEvent, NodeKey, StatusEntry
from certificates.queries.status_lists import status_list_uri, status_token
from certificates.services.publish_status_list import publish_status_list
from certificates.services.reinstate_certificate import reinstate_certificate
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.suspend_certificate import suspend_certificate
from tests.integration.factories import AT, Node, make_agency, officer_of, reason_for
from tests.integration.keys import trusted
from verification.queries.own_licences import own_licence

SOON = AT + timedelta(seconds=5)


def published(certificate_id: UUID) -> set[Status]:
    """What the newest signed lists say of the credential and the seal code."""
    row = NodeKey.objects.get(purpose="status")
    keys = {row.kid: trusted(row)}
    found = set()
    for entry in StatusEntry.objects.filter(certificate=certificate_id):
        token = status_token(status_list_id=entry.status_list_id)
        assert token is not None
        uri = status_list_uri(status_list_id=entry.status_list_id)
        found.add(verify_status_token(token, uri=uri, keys=keys, at=SOON).status(entry.index))
    return found


@pytest.mark.django_db
def test_revocation_is_published_when_the_call_returns(node: Node, issued: UUID) -> None:
    assert published(issued) == {Status.VALID}

    revoke_certificate(caller=node.officer, certificate_id=issued, reason_code="penalty", at=SOON)

    assert published(issued) == {Status.INVALID}
    assert Certificate.objects.get(pk=issued).state == "revoked"
    event = CertificateEvent.objects.get(certificate=issued, kind="event.revoked")
    assert (event.reason_code, event.actor, event.at) == ("penalty", "issuing_officer:7", SOON)


@pytest.mark.django_db
@pytest.mark.parametrize("act", [revoke_certificate, suspend_certificate, reinstate_certificate])
def test_refuses_to_bring_a_revoked_licence_back(node: Node, issued: UUID, act: Callable[..., None]) -> None:
    revoke_certificate(caller=node.officer, certificate_id=issued, reason_code="penalty", at=SOON)

    with pytest.raises(IssueError) as refused:
        act(caller=node.officer, certificate_id=issued, reason_code=reason_for(act), at=SOON)

    assert refused.value.code == "issue.state"
    assert published(issued) == {Status.INVALID}
    assert CertificateEvent.objects.filter(certificate=issued).count() == 2


@pytest.mark.django_db
def test_a_suspension_is_lifted(node: Node, issued: UUID) -> None:
    suspend_certificate(caller=node.officer, certificate_id=issued, reason_code="investigation", at=SOON)
    assert published(issued) == {Status.SUSPENDED}

    reinstate_certificate(caller=node.officer, certificate_id=issued, reason_code="cleared", at=SOON)

    assert published(issued) == {Status.VALID}
    assert Certificate.objects.get(pk=issued).state == "valid"


@pytest.mark.django_db
def test_two_suspensions_within_an_hour_are_two_leaves(node: Node, issued: UUID) -> None:
    for minute in (1, 2):
        at = AT + timedelta(minutes=minute)
        suspend_certificate(caller=node.officer, certificate_id=issued, reason_code="investigation", at=at)
        reinstate_certificate(caller=node.officer, certificate_id=issued, reason_code="cleared", at=at)

    leaves = [bytes(leaf) for leaf in CertificateEvent.objects.values_list("leaf", flat=True)]
    assert len(set(leaves)) == len(leaves) == 5


@pytest.mark.django_db
def test_issues_the_same_number_again_after_a_revocation(node: Node, issued: UUID) -> None:
    revoke_certificate(caller=node.officer, certificate_id=issued, reason_code="issued_in_error", at=SOON)

    again = node.issue(key="second")

    states = dict(Certificate.objects.values_list("pk", "state"))
    assert states == {issued: "revoked", again: "valid"}
    assert published(again) == {Status.VALID}


@pytest.mark.django_db
def test_refuses_another_agencys_officer_as_if_the_licence_did_not_exist(node: Node, issued: UUID) -> None:
    stranger = officer_of(make_agency(which="hz_land"))

    for certificate_id in (issued, uuid4()):
        with pytest.raises(IssueError) as refused:
            revoke_certificate(caller=stranger, certificate_id=certificate_id, reason_code="penalty", at=SOON)
        assert refused.value.code == "issue.unknown"
    assert published(issued) == {Status.VALID}


@pytest.mark.django_db
def test_refuses_callers_who_may_not_revoke(node: Node, issued: UUID) -> None:
    counter = officer_of(node.agency, role=Role.COUNTER_OFFICER)

    with pytest.raises(NotPermitted):
        revoke_certificate(caller=counter, certificate_id=issued, reason_code="penalty", at=SOON)


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["", "张䶮 moved away", "X" * 41, "cleared", "corrected"])
def test_refuses_a_reason_that_the_act_does_not_know(node: Node, issued: UUID, reason: str) -> None:
    with pytest.raises(IssueError) as refused:
        revoke_certificate(caller=node.officer, certificate_id=issued, reason_code=reason, at=SOON)

    assert refused.value.code == "issue.reason"


@pytest.mark.django_db
def test_nothing_changes_when_the_list_cannot_be_signed(node: Node, issued: UUID) -> None:
    NodeKey.objects.filter(purpose="status").delete()

    with pytest.raises(Exception, match=r"status_list\.key"):
        revoke_certificate(caller=node.officer, certificate_id=issued, reason_code="penalty", at=SOON)

    assert Certificate.objects.get(pk=issued).state == "valid"
    assert set(StatusEntry.objects.filter(certificate=issued).values_list("value", flat=True)) == {0}


@pytest.mark.django_db
@pytest.mark.parametrize("value", [0, 2])
def test_refuses_to_publish_a_revoked_licence_whose_status_was_set_back(
    node: Node, issued: UUID, value: int, caplog: pytest.LogCaptureFixture
) -> None:
    revoke_certificate(caller=node.officer, certificate_id=issued, reason_code="penalty", at=SOON)
    StatusEntry.objects.filter(certificate=issued).update(value=value)
    Certificate.objects.filter(pk=issued).update(state="valid")

    for list_id in StatusEntry.objects.filter(certificate=issued).values_list("status_list_id", flat=True):
        publish_status_list(status_list_id=list_id, at=SOON)

    assert published(issued) == {Status.INVALID}
    assert [line.levelname for line in caplog.records if "status.disagrees" in line.getMessage()] == ["ERROR"] * 2
    licence = own_licence(certificate_id=issued)
    assert licence is not None
    assert licence.status is Status.INVALID
