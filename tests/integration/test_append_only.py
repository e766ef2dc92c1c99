"""The database itself refuses to change, remove or replace what was logged."""

from collections.abc import Callable

import pytest
from django.core.checks import Error
from django.db import DatabaseError, connection, models, transaction

from certificates.models import CertificateEvent, CertificateHolder, StatusChange, StatusList
from tests.log_steps import NOW, look, make_certificate, make_event, make_holder
from verification.checks import append_only_triggers_stand
from verification.models import (
    Checkpoint,
    Cosignature,
    LogEntry,
    LogLeaf,
    Lookup,
    LookupDetail,
    LookupSubject,
)
from verification.services.publish_log import publish_log
from verification.services.record_lookup import Subject
from verification.triggers import APPEND_ONLY, install_triggers, lifted_triggers, missing_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]

TABLES: tuple[type[models.Model], ...] = (
    LogEntry,
    LogLeaf,
    Checkpoint,
    Cosignature,
    Lookup,
    LookupDetail,
    LookupSubject,
    CertificateHolder,
    CertificateEvent,
    StatusChange,
)


@pytest.fixture(autouse=True)
def logged(log_node: None) -> None:
    holder, certificate = make_holder(), make_certificate()
    CertificateHolder.objects.create(certificate_id=certificate, holder_id=holder, position=0)
    make_event(certificate_id=certificate, leaf=b"{}")
    listed = StatusList.objects.create(
        purpose="credential", size=8, packed=b"\0\0", decoys=b"", checked_at=NOW, created_at=NOW
    )
    StatusChange.objects.create(status_list=listed, index=1, value=1, at=NOW)
    look(subjects=[Subject(holder_id=holder, certificate_id=certificate)])
    publish_log(at=NOW)
    Cosignature.objects.create(checkpoint=Checkpoint.objects.get(), witness="w", line="-", at=NOW)
    connection.check_constraints()  # what is deferred to the commit would keep PostgreSQL from TRUNCATE and ALTER


def rows() -> list[list[dict[str, object]]]:
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


def refuses(statement: Callable[[], object]) -> None:
    before = rows()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        statement()
    assert rows() == before


def test_every_append_only_table_is_tested() -> None:
    assert {table._meta.db_table for table in TABLES} == set(APPEND_ONLY)
    assert all(table.objects.exists() for table in TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_refuses_an_update(table: type[models.Model]) -> None:
    column = next(field for field in table._meta.fields if not field.primary_key)
    refuses(lambda: table.objects.update(**{column.attname: models.F(column.attname)}))


@pytest.mark.parametrize("table", TABLES)
def test_refuses_a_delete(table: type[models.Model]) -> None:
    def delete() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f'DELETE FROM "{table._meta.db_table}"')

    refuses(delete)


@pytest.mark.parametrize("table", TABLES)
def test_refuses_an_insert_that_replaces(table: type[models.Model]) -> None:
    with connection.cursor() as reader:
        reader.execute(f'SELECT * FROM "{table._meta.db_table}"')
        columns, row = [column[0] for column in reader.description], reader.fetchone()
    key = table._meta.pk.column
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("%s" for _ in row)
    if connection.vendor == "sqlite":
        sql = f'INSERT OR REPLACE INTO "{table._meta.db_table}" ({names}) VALUES ({marks})'
    else:
        sql = f'INSERT INTO "{table._meta.db_table}" ({names}) VALUES ({marks}) ON CONFLICT ("{key}") DO UPDATE SET "{key}" = EXCLUDED."{key}"'

    def replace() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, list(row))

    refuses(replace)


def test_refuses_a_replacement_under_another_key_by_the_same_leaf_hash() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no statement that replaces a row of another key")
    row = LogEntry.objects.values().order_by("pk").last()
    assert row is not None

    def replace() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT OR REPLACE INTO verification_logentry (id, leaf, leaf_hash, at) VALUES (%s, %s, %s, %s)",
                [row["id"] + 1, b"forged", row["leaf_hash"], NOW],
            )

    refuses(replace)


@pytest.mark.parametrize("table", TABLES)
def test_refuses_a_truncate(table: type[models.Model]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE: its DELETE without WHERE is refused as every DELETE")

    def truncate() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f'TRUNCATE "{table._meta.db_table}" CASCADE')

    refuses(truncate)


def test_an_absent_trigger_is_named_at_start_and_put_back() -> None:
    assert append_only_triggers_stand(None, databases=["default"]) == []
    name = missing_after_drop("verification_logleaf")
    (message,) = append_only_triggers_stand(None, databases=["default"])
    assert isinstance(message, Error)
    assert name in message.msg
    install_triggers()
    assert missing_triggers() == ()


def test_a_trigger_that_was_emptied_counts_as_absent() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("on PostgreSQL a trigger is emptied by replacing its function")
    name = missing_after_drop("verification_logentry")
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TRIGGER "{name}" BEFORE UPDATE ON "verification_logentry" BEGIN SELECT 1; END')
    assert missing_triggers() == (name,)


def test_a_disabled_trigger_counts_as_absent() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite triggers cannot be disabled")
    with connection.cursor() as cursor:
        cursor.execute('ALTER TABLE "verification_logentry" DISABLE TRIGGER "verification_logentry_no_change"')
    assert missing_triggers() == ("verification_logentry_no_change",)


@pytest.mark.parametrize(
    "statement",
    [
        "AS $$ BEGIN RETURN NEW; END $$",
        "SET search_path = pg_temp AS $$BEGIN RAISE EXCEPTION 'append-only table'; END$$",
    ],
)
def test_reports_a_trigger_whose_function_was_replaced(statement: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite triggers have no functions")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE OR REPLACE FUNCTION huzheng_append_only() RETURNS trigger LANGUAGE plpgsql {statement}")
    assert "verification_logentry_no_change" in missing_triggers()
    assert "verification_lookup_no_truncate" in missing_triggers()
    assert len(append_only_triggers_stand(None, databases=["default"])) == len(missing_triggers())
    install_triggers()
    assert missing_triggers() == ()
    refuses(lambda: LogEntry.objects.update(at=NOW))


@pytest.mark.parametrize("mode", ["ENABLE REPLICA", "ENABLE"])
def test_reports_a_trigger_that_does_not_fire_always(mode: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite triggers always fire")
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "verification_lookup" {mode} TRIGGER "verification_lookup_no_change"')
    assert missing_triggers() == ("verification_lookup_no_change",)
    install_triggers()
    assert missing_triggers() == ()


def test_reports_a_trigger_on_some_columns_only() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite the whole text is compared")
    name = missing_after_drop("verification_lookup")
    with connection.cursor() as cursor:
        cursor.execute(
            f'CREATE TRIGGER "{name}" BEFORE DELETE OR UPDATE OF "id" ON "verification_lookup" FOR EACH ROW '
            "EXECUTE FUNCTION huzheng_append_only()"
        )
        cursor.execute(f'ALTER TABLE "verification_lookup" ENABLE ALWAYS TRIGGER "{name}"')
    assert missing_triggers() == (name,)


def test_details_can_be_erased_once_and_the_look_then_taken_off_its_list() -> None:
    refuses(lambda: LookupDetail.objects.update(sealed_openings=None))
    refuses(lambda: LookupDetail.objects.update(erased_at=NOW))
    refuses(lambda: LookupDetail.objects.update(sealed_openings=None, erased_at=NOW, key_subject="relying-2020-01"))
    refuses(lambda: LookupSubject.objects.all().delete())
    LookupDetail.objects.update(sealed_openings=None, erased_at=NOW)
    refuses(lambda: LookupDetail.objects.update(erased_at=NOW))
    refuses(lambda: LookupDetail.objects.update(sealed_openings=b"other"))
    refuses(lambda: LookupSubject.objects.update(holder_id=make_holder()))
    LookupSubject.objects.all().delete()


def test_an_event_gets_its_index_once_and_nothing_else_of_it_changes() -> None:
    event = make_event(certificate_id=make_certificate(), leaf=b"[]")
    waiting = CertificateEvent.objects.filter(pk=event.pk)
    refuses(lambda: waiting.update(kind=CertificateEvent.Kind.REVOKED, log_index=7))
    refuses(lambda: waiting.update(reason_code="another", log_index=7))
    waiting.update(log_index=7)
    refuses(lambda: waiting.update(log_index=8))
    refuses(lambda: waiting.update(log_index=None))


def test_lifted_triggers_come_back() -> None:
    with lifted_triggers():
        assert missing_triggers()
        LogEntry.objects.update(at=NOW)
    assert missing_triggers() == ()
    refuses(lambda: LogEntry.objects.update(at=NOW))


def missing_after_drop(table: str) -> str:
    name = f"{table}_no_update" if connection.vendor == "sqlite" else f"{table}_no_change"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{name}"' + ("" if connection.vendor == "sqlite" else f' ON "{table}"'))
    assert missing_triggers() == (name,)
    return name
