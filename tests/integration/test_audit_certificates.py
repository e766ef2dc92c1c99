"""The audit names a certificate that stands, or is published, otherwise than its logged events say."""

from collections.abc import Callable
from uuid import UUID

import pytest

from certificates.core.status_bits import flip
from certificates.models import Certificate, CertificateEvent, StatusEntry, StatusList
from certificates.services.correct_certificate import correct_certificate
from certificates.services.reinstate_certificate import reinstate_certificate
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.suspend_certificate import suspend_certificate
from tests.integration.factories import AT, Node, reason_for
from tests.integration.recognition_steps import issued_in_log
from verification.services.audit_log import audit_log
from verification.services.publish_log import publish_log
from verification.triggers import lifted_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def licence(node: Node) -> UUID:
    return issued_in_log(node, "first")


def found() -> set[str]:
    return {finding.code for finding in audit_log(at=AT).findings}


def act(service: Callable[..., None], node: Node, licence: UUID) -> None:
    service(caller=node.officer, certificate_id=licence, reason_code=reason_for(service), at=AT)
    publish_log(at=AT)


def test_a_whole_life_is_clean(node: Node, licence: UUID) -> None:
    assert found() == set()
    act(suspend_certificate, node, licence)
    assert found() == set()
    act(reinstate_certificate, node, licence)
    assert found() == set()
    corrected = correct_certificate(
        caller=node.officer, certificate_id=licence, request=node.request(), idempotency_key="second", at=AT
    )
    publish_log(at=AT)
    assert Certificate.objects.get(pk=licence).state == "superseded"
    assert found() == set()
    revoke_certificate(caller=node.officer, certificate_id=corrected.id, reason_code="penalty", at=AT)
    assert found() == set()  # an event that waits for its index counts, too


def set_back(licence: UUID, *, state: str | None = None, value: int | None = None, purpose: str = "") -> None:
    if state is not None:
        Certificate.objects.filter(pk=licence).update(state=state)
    if value is not None:
        StatusEntry.objects.filter(certificate=licence, purpose__contains=purpose).update(value=value)


def test_names_a_revoked_certificate_whose_status_was_set_back(node: Node, licence: UUID) -> None:
    act(revoke_certificate, node, licence)
    set_back(licence, state="valid", value=0)
    (finding,) = audit_log(at=AT).findings
    assert (finding.code, finding.index) == ("status.disagrees", 1)


@pytest.mark.parametrize(
    "change", [{"state": "valid"}, {"value": 0, "purpose": "seal"}, {"value": 2, "purpose": "credential"}]
)
def test_names_a_revoked_certificate_of_which_one_row_was_set_back(node: Node, licence: UUID, change: dict) -> None:
    act(revoke_certificate, node, licence)
    set_back(licence, **change)
    assert found() == {"status.disagrees"}


def test_names_a_suspended_certificate_whose_status_was_set_back(node: Node, licence: UUID) -> None:
    act(suspend_certificate, node, licence)
    set_back(licence, value=0)
    assert found() == {"status.disagrees"}


def test_names_a_valid_certificate_that_was_made_invalid(licence: UUID) -> None:
    set_back(licence, value=1)
    assert found() == {"status.disagrees"}


def test_names_a_certificate_whose_status_entry_is_gone(licence: UUID) -> None:
    StatusEntry.objects.filter(certificate=licence, purpose="seal").delete()
    assert found() == {"status.disagrees"}


def test_names_a_revocation_moved_to_another_certificate(node: Node, licence: UUID) -> None:
    other = issued_in_log(node, "other", certificate_number="浙2332026202600099")
    act(revoke_certificate, node, licence)
    with lifted_triggers():
        CertificateEvent.objects.filter(kind="event.revoked").update(certificate=other)
    set_back(licence, state="valid", value=0)
    set_back(other, state="revoked", value=1)
    assert "event.disagrees" in found()


def test_names_an_event_of_another_kind_than_its_leaf(node: Node, licence: UUID) -> None:
    act(suspend_certificate, node, licence)
    with lifted_triggers():
        CertificateEvent.objects.filter(kind="event.suspended").update(kind="event.reinstated")
    set_back(licence, state="valid", value=0)
    assert found() == {"event.disagrees", "status.disagrees"}  # what is published still says what was done


@pytest.mark.parametrize("value", [0, 1])
def test_names_a_status_list_whose_published_bits_were_changed_by_hand(node: Node, licence: UUID, value: int) -> None:
    act(suspend_certificate, node, licence)
    entry = StatusEntry.objects.get(certificate=licence, purpose="credential")
    row = StatusList.objects.get(pk=entry.status_list_id)
    StatusList.objects.filter(pk=row.pk).update(packed=flip(bytes(row.packed), index=entry.index, value=0))
    assert found() == {"status.disagrees"}
    revoke_certificate(caller=node.officer, certificate_id=licence, reason_code="penalty", at=AT)
    row.refresh_from_db()
    StatusList.objects.filter(pk=row.pk).update(packed=flip(bytes(row.packed), index=entry.index, value=value))
    assert found() == (set() if value else {"status.disagrees"})
