"""A row written with compiled SQL is the row that the ORM would write."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, models, transaction

from accounts.adapters.compiled_insert import CompiledInsert
from certificates.models import CertificateEvent
from tests.log_steps import NOW, make_certificate
from verification.models import LogEntry, Lookup, PendingEntry, PurposeRules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]


def test_each_kind_of_column_is_stored_as_the_orm_stores_it() -> None:
    values = {
        "certificate_id": make_certificate(),
        "kind": CertificateEvent.Kind.ISSUED,
        "reason_code": "",
        "actor": "issuing_officer:1 100% '; --",
        "leaf": b"\x00\xff",
        "at": NOW + timedelta(microseconds=7),
        "log_index": None,
    }
    key = CompiledInsert(CertificateEvent).insert(**values)
    ours = CertificateEvent.objects.values().get(pk=key)
    theirs = CertificateEvent.objects.values().get(pk=CertificateEvent.objects.create(**values).pk)
    assert {**ours, "id": 0, "leaf": bytes(ours["leaf"])} == {**theirs, "id": 0, "leaf": bytes(theirs["leaf"])}
    assert CertificateEvent.objects.filter(pk=key, kind="event.issued", at__lte=values["at"]).exists()


def test_json_and_a_key_of_ones_own_are_stored_as_the_orm_stores_them() -> None:
    key = CompiledInsert(PurposeRules).insert(rules={"字": [1, None, "x"]}, version=4, is_active=True)
    assert PurposeRules.objects.get(pk=key).rules == {"字": [1, None, "x"]}

    name = uuid4()
    lookup = {
        "side": "home",
        "caller": "a:1",
        "outcome": "valid",
        "code": "",
        "purpose_index": None,
        "case_index": b"x",
    }
    assert CompiledInsert(Lookup).insert(id=name, completes_id=None, at=NOW, **lookup) is None
    assert bytes(Lookup.objects.get(pk=name).case_index or b"") == b"x"
    entry = CompiledInsert(LogEntry).insert(leaf=b"e", leaf_hash=b"h" * 32, lookup_id=name, event_id=None, at=NOW)
    assert CompiledInsert(PendingEntry).insert(entry_id=entry) is None
    assert PendingEntry.objects.get().entry.lookup_id == name


def test_what_the_database_refuses_is_refused() -> None:
    write = CompiledInsert(PurposeRules)
    write.insert(rules={}, version=4, is_active=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        write.insert(rules={}, version=4, is_active=True)
    assert PurposeRules.objects.count() == 1


@pytest.mark.parametrize("changes", [{"version": None}, {"more": 1}])
def test_refuses_a_row_with_a_column_too_few_or_too_many(changes: dict[str, object]) -> None:
    values = {"rules": {}, "version": 1, "is_active": True} | changes
    named = {name: value for name, value in values.items() if value is not None}
    with pytest.raises(TypeError):
        CompiledInsert(PurposeRules).insert(**named)
    assert not PurposeRules.objects.exists()


def test_models_written_so_fill_in_nothing_by_themselves() -> None:
    """A column that sets itself (auto_now) would be left out in silence."""
    for model in (Lookup, LogEntry, PendingEntry, PurposeRules, CertificateEvent):
        for field in model._meta.concrete_fields:
            assert not getattr(field, "auto_now", False)
            assert not getattr(field, "auto_now_add", False)
            assert type(field).pre_save in {
                models.Field.pre_save,
                models.ForeignKey.pre_save,
                models.DateTimeField.pre_save,
            }
