"""A compiled read gives what its queryset gives, at every run anew, on the database of the test run."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import Count, Q, Value
from pytest_django import DjangoAssertNumQueries

from accounts.queries.compiled_read import CompiledRead
from certificates.models import Certificate, CertificateEvent, LicenceType
from tests.log_steps import NOW, make_certificate, make_event
from verification.triggers import lifted_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]

_EVENTS = CompiledRead(
    lambda given: (
        CertificateEvent.objects.filter(certificate=given("certificate"), at__lte=given("until"), leaf=given("leaf"))
        .order_by("pk")
        .values_list("pk", "certificate", "leaf", "at", "log_index", "certificate__licence_type__definition")
    )
)


def test_values_come_as_the_queryset_gives_them() -> None:
    certificate = make_certificate()
    LicenceType.objects.update(definition={"title_zh": "证", "list": [1, None, "50%"]})
    event = make_event(certificate_id=certificate, leaf=b"\x00leaf")
    make_event(certificate_id=certificate, leaf=b"other")

    (row,) = _EVENTS.rows(certificate=certificate, until=NOW, leaf=b"\x00leaf")
    assert (row[0], row[1], bytes(row[2]), row[3], row[4]) == (event.pk, certificate, b"\x00leaf", NOW, None)
    assert row[5] == {"title_zh": "证", "list": [1, None, "50%"]}
    assert _EVENTS.rows(certificate=uuid4(), until=NOW, leaf=b"\x00leaf") == []
    assert _EVENTS.rows(certificate=certificate, until=NOW - timedelta(microseconds=1), leaf=b"\x00leaf") == []
    assert _EVENTS.first(certificate=certificate, until=NOW, leaf=b"none") is None


def test_every_run_asks_the_database(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    certificate = make_certificate()
    event = make_event(certificate_id=certificate, leaf=b"{}")
    for index in (1, 2, 3):
        with lifted_triggers():
            CertificateEvent.objects.update(log_index=index)
        with django_assert_num_queries(1):
            row = _EVENTS.first(certificate=certificate, until=NOW, leaf=b"{}")
        assert row is not None
        assert (row[0], row[4]) == (event.pk, index)


def test_constants_joins_and_sums_of_the_queryset_stay_what_they_were() -> None:
    counted = CompiledRead(
        lambda given: (
            Certificate.objects.filter(Q(serial=given("serial")) | Q(identifier__contains="100%"))
            .annotate(found=Count("events"), text=Value("%s"))
            .values_list("found", "text")
        )
    )
    certificate = Certificate.objects.get(pk=make_certificate())
    for number in range(3):
        make_event(certificate_id=certificate.pk, leaf=b"%d" % number)
    assert counted.rows(serial=certificate.serial) == [(3, "%s")]
    assert counted.rows(serial="no'; DROP TABLE certificates_certificate; --%s") == []
    Certificate.objects.update(identifier="it holds 100%")
    assert counted.rows(serial="another") == [(3, "%s")]


def test_refuses_a_run_without_its_values() -> None:
    with pytest.raises(KeyError):
        _EVENTS.rows(certificate=uuid4(), until=NOW)
