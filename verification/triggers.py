"""Database triggers that make the tables of the record append-only, and the one helper that lifts them.

They are put back after every migrate (on SQLite a later AlterField rebuilds the table and drops its triggers in silence), and their presence is
checked at start and by the audit. There is no switch inside a trigger: lifting them is what a database administrator could do, and the audit
shows it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What may be done to a table beside adding rows: SQL conditions over OLD and NEW, empty for never.

    `unique`: its unique columns; SQLite's INSERT OR REPLACE passes by a DELETE trigger, so collisions are refused first.
    """

    unique: tuple[tuple[str, ...], ...]
    may_update: str = ""
    may_delete: str = ""


def _only(changed: str, *kept: str) -> str:
    return " AND ".join((changed, *(f'NEW."{column}" = OLD."{column}"' for column in kept)))


_ERASING = 'NEW."sealed_openings" IS NULL AND NEW."erased_at" IS NOT NULL AND OLD."erased_at" IS NULL'
_ERASED = (
    'EXISTS (SELECT 1 FROM "verification_lookupdetail" WHERE "lookup_id" = OLD."lookup_id" AND "erased_at" IS NOT NULL)'
)

APPEND_ONLY: Mapping[str, Guard] = {
    "verification_logentry": Guard(unique=(("id",), ("leaf_hash",), ("lookup_id",), ("event_id",))),
    "verification_logleaf": Guard(unique=(("index",), ("entry_id",))),
    "verification_checkpoint": Guard(unique=(("id",), ("size",))),
    "verification_cosignature": Guard(unique=(("id",), ("checkpoint_id", "witness"))),
    "verification_lookup": Guard(unique=(("id",),)),
    # What opens an entry can be erased, once and for good; then the look can be taken off its holders' lists.
    "verification_lookupdetail": Guard(
        unique=(("id",), ("lookup_id",)), may_update=_only(_ERASING, "id", "lookup_id", "key_subject")
    ),
    "verification_lookupsubject": Guard(unique=(("id",), ("lookup_id", "holder_id")), may_delete=_ERASED),
    "certificates_certificateholder": Guard(
        unique=(("id",), ("certificate_id", "holder_id"), ("certificate_id", "position"))
    ),
    "certificates_statuschange": Guard(unique=(("id",),)),
    # An event gets its index in the log once.
    "certificates_certificateevent": Guard(
        unique=(("id",), ("log_index",)),
        may_update=_only(
            'OLD."log_index" IS NULL', "id", "certificate_id", "kind", "reason_code", "actor", "leaf", "at"
        ),
    ),
}

_REFUSAL = "append-only table"
_NEVER = "huzheng_append_only"


def _sqlite_triggers(table: str) -> dict[str, str]:
    guard = APPEND_ONLY[table]
    collisions = " OR ".join(
        "(" + " AND ".join(f'"{column}" = NEW."{column}"' for column in columns) + ")" for columns in guard.unique
    )
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    update = f"WHEN NOT coalesce(({guard.may_update}), 0) {refuse}" if guard.may_update else refuse
    delete = f"WHEN NOT coalesce(({guard.may_delete}), 0) {refuse}" if guard.may_delete else refuse
    collides = f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {collisions})'  # noqa: S608  # names come from the table above
    return {
        f"{table}_no_update": f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" {update}',
        f"{table}_no_delete": f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" {delete}',
        f"{table}_no_replace": f'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}" {collides} {refuse}',
    }


def _postgres_function(table: str) -> str:
    guard = APPEND_ONLY[table]
    return f"huzheng_guard_{table}" if guard.may_update or guard.may_delete else _NEVER


def _postgres_body(guard: Guard) -> str:
    update = f"IF TG_OP = 'UPDATE' THEN IF {guard.may_update} THEN RETURN NEW; END IF; END IF; "
    delete = f"IF TG_OP = 'DELETE' THEN IF {guard.may_delete} THEN RETURN OLD; END IF; END IF; "
    allowed = (update if guard.may_update else "") + (delete if guard.may_delete else "")
    return f"BEGIN {allowed}RAISE EXCEPTION '{_REFUSAL}'; END"


def _postgres_functions() -> dict[str, str]:
    bodies = {_postgres_function(table): _postgres_body(guard) for table, guard in APPEND_ONLY.items()}
    return {_NEVER: _postgres_body(Guard(unique=())), **bodies}


def _postgres_triggers(table: str) -> dict[str, str]:
    # Written as `pg_get_triggerdef` writes them, so that what stands can be compared with what was meant.
    change = f"BEFORE DELETE OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {_postgres_function(table)}()"
    truncate = f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {_NEVER}()"
    return {
        f"{table}_no_change": f"CREATE TRIGGER {table}_no_change {change}",
        f"{table}_no_truncate": f"CREATE TRIGGER {table}_no_truncate {truncate}",
    }


def _wanted(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    make = _sqlite_triggers if connection.vendor == "sqlite" else _postgres_triggers
    return {name: (table, sql) for table in APPEND_ONLY for name, sql in make(table).items()}


def _present(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """This will read which of our triggers stand as they were meant, with their text.

    On PostgreSQL one counts only if it fires always (`session_replication_role` notwithstanding), and its function is ours to the letter.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return dict(cursor.fetchall())
        cursor.execute(
            "SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true), proname, prosrc FROM pg_trigger "
            "JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid "
            "JOIN pg_language ON pg_language.oid = prolang "
            "WHERE NOT tgisinternal AND tgenabled = 'A' AND pg_table_is_visible(pg_class.oid) "
            "AND lanname = 'plpgsql' AND proconfig IS NULL"
        )
        functions = _postgres_functions()
        return {name: text for name, text, function, source in cursor.fetchall() if functions.get(function) == source}


def missing_triggers(*, using: str = "default") -> tuple[str, ...]:
    """This will name every trigger that is absent, disabled, or of another text or function than ours."""
    connection = connections[using]
    present = _present(connection)
    return tuple(name for name, (_, sql) in sorted(_wanted(connection).items()) if present.get(name) != sql)


def install_triggers(*, using: str = "default") -> None:
    """This will put every missing trigger back."""
    connection = connections[using]
    wanted = _wanted(connection)
    missing = missing_triggers(using=using)
    is_postgres = connection.vendor != "sqlite"
    if is_postgres and missing:
        connection.check_constraints()  # PostgreSQL alters no table whose deferred constraints are still to be checked
    with connection.cursor() as cursor:
        for function, body in _postgres_functions().items() if is_postgres else ():
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $guard${body}$guard$"
            )
        for name in missing:
            table, sql = wanted[name]
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"' + (f' ON "{table}"' if is_postgres else ""))
            cursor.execute(sql)
            if is_postgres:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"')


def install_after_migrate(*, app_config: AppConfig, using: str, **kwargs: object) -> None:
    """This will reinstall the triggers once the tables exist."""
    if set(APPEND_ONLY) <= set(connections[using].introspection.table_names()):
        install_triggers(using=using)


@contextmanager
def lifted_triggers(*, using: str = "default") -> Iterator[None]:
    """This will lift the triggers for the length of a block, as a superuser could: for tests of tampering, and for test flushes."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, (table, _) in _wanted(connection).items():
            cursor.execute(
                f'DROP TRIGGER IF EXISTS "{name}"' + ("" if connection.vendor == "sqlite" else f' ON "{table}"')
            )
    try:
        yield
    finally:
        install_triggers(using=using)
