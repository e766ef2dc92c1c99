"""Events get their indices in one go, whatever their number; a certificate is released by its issue, and once."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from pytest_django import DjangoAssertNumQueries

from certificates.models import Certificate, CertificateEvent
from certificates.services.mark_events_logged import mark_events_logged
from tests.log_steps import NOW, make_certificate, make_event
from verification.triggers import lifted_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]


def mark(indices: dict[int, int], *, at=NOW) -> None:
    with transaction.atomic():
        mark_events_logged(indices=indices, at=at)


def test_each_event_gets_its_own_index_and_its_issue_releases_the_certificate() -> None:
    certificates = [make_certificate() for _ in range(3)]
    events = [make_event(certificate_id=one, leaf=b"%d" % place) for place, one in enumerate(certificates)]
    mark({events[0].pk: 9, events[2].pk: 4})

    found = dict(CertificateEvent.objects.values_list("pk", "log_index"))
    assert found == {events[0].pk: 9, events[1].pk: None, events[2].pk: 4}
    released = dict(Certificate.objects.values_list("pk", "released_at"))
    assert released == {certificates[0]: NOW, certificates[1]: None, certificates[2]: NOW}


def test_an_event_other_than_the_issue_releases_nothing() -> None:
    certificate = make_certificate()
    event = make_event(certificate_id=certificate, leaf=b"{}")
    with lifted_triggers():
        CertificateEvent.objects.update(kind=CertificateEvent.Kind.SUSPENDED)
    mark({event.pk: 0})

    assert CertificateEvent.objects.get().log_index == 0
    assert Certificate.objects.get().released_at is None


def test_an_event_keeps_its_first_index_and_the_certificate_its_first_release() -> None:
    certificate = make_certificate()
    event = make_event(certificate_id=certificate, leaf=b"{}")
    mark({event.pk: 3})
    Certificate.objects.update(released_at=None)
    mark({event.pk: 5}, at=NOW + timedelta(hours=1))
    assert CertificateEvent.objects.get().log_index == 3
    assert Certificate.objects.get().released_at is None  # nothing was logged now

    second = make_event(certificate_id=certificate, leaf=b"[]")
    Certificate.objects.update(released_at=NOW)
    mark({second.pk: 6}, at=NOW + timedelta(hours=1))
    assert Certificate.objects.get().released_at == NOW


def test_a_batch_takes_as_many_statements_as_one_event(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    certificate = make_certificate()
    events = [make_event(certificate_id=certificate, leaf=b"%d" % place) for place in range(40)]
    with transaction.atomic(), django_assert_num_queries(2):
        mark_events_logged(indices={event.pk: place for place, event in enumerate(events)}, at=NOW)
    assert CertificateEvent.objects.filter(log_index__isnull=True).count() == 0
    assert Certificate.objects.get().released_at == NOW


def test_no_events_are_no_work() -> None:
    mark({})
    assert not CertificateEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_refuses_to_give_indices_outside_the_publishers_transaction() -> None:
    event = make_event(certificate_id=make_certificate(), leaf=b"{}")
    with pytest.raises(TransactionManagementError):
        mark_events_logged(indices={event.pk: 0}, at=NOW)
    assert CertificateEvent.objects.get().log_index is None
