"""Promise 2: no answer without a record, and a record that holds no value."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from certificates.adapters.key_vault import destroy_subject_key, subject_key
from tests.log_steps import MEMBERS, NOW, look, make_certificate, make_event, make_holder
from verification.core.errors import LogError
from verification.core.lookup_entry import EntryKind, holder_tag, open_commitment, parse_entry
from verification.core.merkle import leaf_hash
from verification.core.receipt import unverified_promise
from verification.models import LogEntry, Lookup, LookupDetail, LookupSubject, PendingEntry
from verification.services.lookup_openings import open_openings
from verification.services.publish_log import publish_log
from verification.services.record_lookup import Subject, record_lookup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]


class BrokenAnswerError(Exception):
    """Something after the record fails."""


@pytest.mark.django_db(transaction=True)
def test_an_entry_lives_and_dies_with_the_transaction_of_its_look_up() -> None:
    def answer_that_breaks_after_its_record() -> None:
        with transaction.atomic():
            look()
            raise BrokenAnswerError

    with pytest.raises(BrokenAnswerError):
        answer_that_breaks_after_its_record()
    assert [kind.objects.count() for kind in (Lookup, LookupDetail, LogEntry, PendingEntry)] == [0, 0, 0, 0]
    look()
    assert [kind.objects.count() for kind in (Lookup, LookupDetail, LogEntry, PendingEntry)] == [1, 1, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_refuses_to_record_outside_a_transaction() -> None:
    with pytest.raises(LogError) as refused:
        record_lookup(
            lookup_id=uuid4(),
            side="home",
            kind=EntryKind.LOOKUP_REFUSED,
            caller="counter_officer:7",
            members={},
            subjects=(),
            key_subject="relying-2026-11",
            outcome="refused",
            at=NOW,
        )
    assert refused.value.code == "log.no_transaction"
    assert not Lookup.objects.exists()


def test_the_entry_holds_neither_values_nor_names_of_fields_and_can_be_opened() -> None:
    recorded = look()
    text = recorded.entry.decode()
    for secret in (
        "张",
        "33010119900307131X",
        "citizen_id",
        "person_name",
        "赵六",
        "HZ2026-000123",
        str(recorded.lookup_id),
    ):
        assert secret not in text
    detail = LookupDetail.objects.get(lookup_id=recorded.lookup_id)
    assert b"33010119900307131X" not in bytes(detail.sealed_openings)
    openings = open_openings(detail)
    assert openings is not None
    row = {"side": "home", "outcome": "valid", "code": "", "completes": None, "at": "2026-11-20T08:30:00+00:00"}
    assert {name: opening.value for name, opening in openings.items()} == {**MEMBERS, "record": row}
    entry = parse_entry(recorded.entry)
    assert all(open_commitment(entry, name, opening) for name, opening in openings.items())


def test_two_looks_at_one_person_show_no_common_tag_but_the_persons_key_finds_both() -> None:
    subject = Subject(holder_id=make_holder(), certificate_id=make_certificate())
    entries = [
        (item.lookup_id, parse_entry(item.entry)) for item in (look(subjects=[subject]), look(subjects=[subject]))
    ]
    assert len({entry.holder_tags for _, entry in entries}) == 2
    assert len({entry.certificate_tag for _, entry in entries}) == 2
    key = subject_key(f"holder-{subject.holder_id}")
    assert all(entry.holder_tags == (holder_tag(person_key=key, lookup_id=str(pk)),) for pk, entry in entries)
    assert LookupSubject.objects.filter(holder_id=subject.holder_id).count() == 2


def test_a_look_at_an_erased_person_is_recorded_without_a_tag() -> None:
    subject = Subject(holder_id=make_holder(), certificate_id=make_certificate())
    destroy_subject_key(f"holder-{subject.holder_id}")
    assert parse_entry(look(subjects=[subject]).entry).holder_tags == ()


def test_refuses_one_look_up_about_two_certificates() -> None:
    holder = make_holder()
    subjects = [Subject(holder_id=holder, certificate_id=make_certificate()) for _ in range(2)]
    with pytest.raises(LogError):
        look(subjects=subjects)


def test_a_stalled_log_refuses_look_ups_until_it_is_published(settings) -> None:
    look(at=NOW)
    limit = timedelta(seconds=settings.NODE.log_stall_seconds)
    look(at=NOW + limit)
    with pytest.raises(LogError) as refused:
        look(at=NOW + limit + timedelta(seconds=1))
    assert refused.value.code == "log.stalled"
    PendingEntry.objects.all().delete()
    look(at=NOW + limit + timedelta(seconds=1))


@pytest.mark.parametrize("heads", [0, 1])
def test_stops_when_only_an_event_waits_too_long(settings, heads: int) -> None:
    for _ in range(heads):
        look(at=NOW)
        publish_log(at=NOW)
    late = NOW + timedelta(seconds=settings.NODE.log_stall_seconds + 1)
    make_event(certificate_id=make_certificate(), leaf=b"{}", at=NOW)
    with pytest.raises(LogError) as refused:
        look(at=late)
    assert refused.value.code == "log.stalled"
    assert publish_log(at=late).size == heads + 1
    look(at=late)


def test_the_receipt_promises_this_entry_within_a_minute() -> None:
    recorded = look()
    promise = unverified_promise(recorded.receipt)
    assert promise.entry == recorded.entry
    assert promise.leaf == recorded.leaf_hash == leaf_hash(recorded.entry)
    assert promise.lookup_id == str(recorded.lookup_id)
    assert promise.promised_by == NOW + timedelta(seconds=60)


def test_equal_purposes_have_one_index_and_no_readable_text() -> None:
    first, second, other = (look(purpose_text=text) for text in ("核验身份", "核验身份", "另一理由"))
    index = {item.pk: bytes(item.purpose_index) for item in Lookup.objects.all()}
    assert index[first.lookup_id] == index[second.lookup_id] != index[other.lookup_id]
    assert "核验".encode() not in index[first.lookup_id]


def test_the_peers_reference_is_another_for_each_look_up() -> None:
    references = {parse_entry(look(peer_region="440000").entry).peer_reference for _ in range(3)}
    assert len(references) == 3
    assert None not in references
