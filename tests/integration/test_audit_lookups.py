"""The audit names every edit of what holders read: whose list a look stands in, who looked, what opens it, whose licence it is."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db.models import F

from certificates.adapters.key_vault import create_subject_key, destroy_subject_key, discard_subject_key
from certificates.models import CertificateHolder
from tests.log_steps import NOW, look, make_certificate, make_holder
from verification.models import Lookup, LookupDetail, LookupSubject
from verification.services.audit_log import audit_log
from verification.services.publish_log import publish_log
from verification.services.record_lookup import Subject
from verification.triggers import lifted_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]

AT = 3  # the index of the entry of the look that is tampered with


class Licence:
    """A licence with its owners, and a look at it that stands in the log among others."""

    def __init__(self, owners: int = 2) -> None:
        self.id = make_certificate()
        self.holders = [make_holder() for _ in range(owners)]
        CertificateHolder.objects.bulk_create(
            CertificateHolder(certificate_id=self.id, holder_id=holder, position=place)
            for place, holder in enumerate(self.holders)
        )

    @property
    def subjects(self) -> list[Subject]:
        return [Subject(holder_id=holder, certificate_id=self.id) for holder in self.holders]

    def look(self, **changes: object) -> UUID:
        return look(subjects=self.subjects, **changes).lookup_id


@pytest.fixture(autouse=True)
def other(log_node: None) -> Licence:
    other = Licence()
    for _ in range(AT - 1):
        other.look(at=NOW - timedelta(hours=5))
    publish_log(at=NOW - timedelta(hours=5))
    look()
    return other


@pytest.fixture
def licence(other: Licence) -> Licence:
    return Licence()


@pytest.fixture
def seen(licence: Licence) -> UUID:
    earlier = Lookup.objects.values_list("pk", flat=True).first()
    found = licence.look(outcome="invalid", code="status.revoked", completes=earlier)
    publish_log(at=NOW)
    return found


def found() -> set[tuple[str, int | None]]:
    return {(finding.code, finding.index) for finding in audit_log(at=NOW).findings}


def tamper(change: Callable[[], object]) -> None:
    with lifted_triggers():
        assert change() != 0


def test_untouched_look_ups_are_clean(seen: UUID) -> None:
    assert found() == set()


def test_look_ups_that_wait_for_their_index_are_judged_too(licence: Licence) -> None:
    lookup_id = licence.look()
    assert found() == set()
    tamper(lambda: Lookup.objects.filter(pk=lookup_id).update(caller="counter_officer:999"))
    assert found() == {("lookup.disagrees", None)}


def test_names_a_look_up_taken_off_its_holders_list(seen: UUID, licence: Licence) -> None:
    tamper(lambda: LookupSubject.objects.filter(lookup=seen, holder=licence.holders[1]).delete()[0])
    assert found() == {("subject.missing", AT), ("owner.disagrees", AT)}


def test_names_a_look_up_taken_off_all_lists(seen: UUID) -> None:
    tamper(lambda: LookupSubject.objects.filter(lookup=seen).delete()[0])
    assert found() == {("subject.missing", AT)}


@pytest.mark.parametrize("with_key", [True, False])
def test_names_a_look_up_moved_to_another_holders_list(seen: UUID, licence: Licence, with_key: bool) -> None:
    stranger = make_holder()
    if not with_key:
        destroy_subject_key(f"holder-{stranger}")
    tamper(lambda: LookupSubject.objects.filter(lookup=seen, holder=licence.holders[0]).update(holder=stranger))
    assert ("owner.disagrees", AT) in found()
    tamper(lambda: CertificateHolder.objects.filter(holder=licence.holders[0]).update(holder=stranger))
    assert (("subject.foreign", AT) in found()) == with_key


def test_names_a_look_up_moved_to_a_holder_who_never_had_a_key(seen: UUID, licence: Licence) -> None:
    stranger = make_holder()
    discard_subject_key(f"holder-{stranger}")
    tamper(lambda: LookupSubject.objects.filter(lookup=seen, holder=licence.holders[0]).update(holder=stranger))
    assert ("subject.foreign", AT) in found()


def test_names_a_look_up_moved_to_another_licence(seen: UUID, other: Licence) -> None:
    tamper(lambda: LookupSubject.objects.filter(lookup=seen).update(certificate=other.id))
    assert ("subject.foreign", AT) in found()


def test_names_a_look_up_whose_owner_was_changed(seen: UUID, licence: Licence) -> None:
    tamper(lambda: CertificateHolder.objects.filter(holder=licence.holders[0]).update(holder=make_holder()))
    assert found() == {("owner.disagrees", AT)}


def test_names_a_look_up_whose_openings_were_swapped(seen: UUID) -> None:
    another = LookupDetail.objects.exclude(lookup=seen).first()
    assert another is not None
    tamper(lambda: LookupDetail.objects.filter(lookup=seen).update(sealed_openings=another.sealed_openings))
    assert found() == {("detail.altered", AT)}


def test_names_a_look_up_whose_openings_are_another_ones_with_its_key(seen: UUID, licence: Licence) -> None:
    newer = LookupDetail.objects.get(lookup=licence.look())
    publish_log(at=NOW)
    tamper(lambda: LookupDetail.objects.filter(lookup=seen).update(sealed_openings=newer.sealed_openings))
    assert found() == {("detail.altered", AT)}


def test_names_a_look_up_whose_openings_were_emptied(seen: UUID) -> None:
    tamper(lambda: LookupDetail.objects.filter(lookup=seen).update(sealed_openings=None))
    assert found() == {("detail.missing", AT)}


def test_names_a_look_up_that_a_row_says_was_erased_while_its_key_stands(seen: UUID) -> None:
    LookupDetail.objects.filter(lookup=seen).update(sealed_openings=None, erased_at=NOW)
    LookupSubject.objects.filter(lookup=seen).delete()
    assert found() == {("detail.missing", AT), ("subject.missing", AT)}


@pytest.mark.parametrize("key", ["relying-2020-01", "certificate-{other}", "certificate-{unknown}"])
def test_names_a_look_up_whose_details_point_to_a_key_destroyed_for_another_reason(seen: UUID, key: str) -> None:
    named = key.format(other=make_certificate(), unknown=uuid4())
    create_subject_key(named)
    destroy_subject_key(named)
    tamper(lambda: LookupDetail.objects.filter(lookup=seen).update(key_subject=named))
    assert found() == {("detail.altered", AT)}


def test_names_a_look_up_whose_details_are_gone(seen: UUID) -> None:
    tamper(lambda: LookupDetail.objects.filter(lookup=seen).delete()[0])
    assert found() == {("detail.missing", AT)}


@pytest.mark.parametrize(
    "change",
    [
        {"caller": "counter_officer:999"},
        {"outcome": "refused"},
        {"code": ""},
        {"side": "relying"},
        {"completes": None},
        {"at": F("at") + timedelta(microseconds=1)},
        {"at": F("at") - timedelta(days=300)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_names_a_look_up_whose_caller_was_changed(seen: UUID, change: dict[str, object]) -> None:
    tamper(lambda: Lookup.objects.filter(pk=seen).update(**change))
    assert found() == {("lookup.disagrees", AT)}


def test_a_holder_and_licence_erased_by_their_keys_leave_the_audit_clean(seen: UUID, licence: Licence) -> None:
    destroy_subject_key(f"certificate-{licence.id}")
    destroy_subject_key(f"holder-{licence.holders[0]}")
    assert found() == set()
    licence.look()  # a look at what was erased is recorded all the same
    publish_log(at=NOW)
    assert found() == set()
    LookupDetail.objects.filter(lookup=seen).update(sealed_openings=None, erased_at=NOW)
    LookupSubject.objects.filter(lookup=seen).delete()
    assert found() == set()
