"""Database triggers that make the log's tables append-only, and the one helper that lifts them.

They are put back after every migrate (on SQLite a later AlterField rebuilds the table and drops its triggers in silence), and their presence is
checked at start and by the audit. There is no switch inside a trigger: lifting them is what a database administrator could do, and the tree shows it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# table -> unique columns beside the primary key; SQLite's INSERT OR REPLACE passes by a DELETE trigger, so collisions are refused first.
APPEND_ONLY: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "verification_logentry": (("id",), ("leaf_hash",), ("lookup_id",), ("event_id",)),
    "verification_logleaf": (("index",), ("entry_id",)),
    "verification_checkpoint": (("id",), ("size",)),
    "verification_cosignature": (("id",), ("checkpoint_id", "witness")),
}

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION huzheng_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append-only table'; END $$
"""


def _sqlite_triggers(table: str) -> dict[str, str]:
    collisions = " OR ".join(
        "(" + " AND ".join(f'"{column}" = NEW."{column}"' for column in columns) + ")" for columns in APPEND_ONLY[table]
    )
    refuse = "BEGIN SELECT RAISE(ABORT, 'append-only table'); END"
    collides = f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {collisions})'  # noqa: S608  # names come from the table above
    return {
        f"{table}_no_update": f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" {refuse}',
        f"{table}_no_delete": f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" {refuse}',
        f"{table}_no_replace": f'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}" {collides} {refuse}',
    }


def _postgres_triggers(table: str) -> dict[str, str]:
    run = "EXECUTE FUNCTION huzheng_append_only()"
    return {
        f"{table}_no_change": f'CREATE TRIGGER "{table}_no_change" BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW {run}',
        f"{table}_no_truncate": f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT {run}',
    }


def _wanted(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    make = _sqlite_triggers if connection.vendor == "sqlite" else _postgres_triggers
    return {name: (table, sql) for table in APPEND_ONLY for name, sql in make(table).items()}


def _present(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """This will read which of our triggers stand and are enabled, with their text on SQLite."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return dict(cursor.fetchall())
        cursor.execute(
            "SELECT tgname, '' FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND tgenabled <> 'D' AND pg_table_is_visible(pg_class.oid)"
        )
        return dict(cursor.fetchall())


def missing_triggers(*, using: str = "default") -> tuple[str, ...]:
    """This will name every trigger that is absent, disabled or (on SQLite) of another text than ours."""
    connection = connections[using]
    present = _present(connection)
    same_text = connection.vendor == "sqlite"
    return tuple(
        name
        for name, (_, sql) in sorted(_wanted(connection).items())
        if name not in present or (same_text and present[name] != sql)
    )


def install_triggers(*, using: str = "default") -> None:
    """This will put every missing trigger back."""
    connection = connections[using]
    wanted = _wanted(connection)
    missing = missing_triggers(using=using)
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(_POSTGRES_FUNCTION)
        for name in missing:
            table, sql = wanted[name]
            cursor.execute(
                f'DROP TRIGGER IF EXISTS "{name}"' + ("" if connection.vendor == "sqlite" else f' ON "{table}"')
            )
            cursor.execute(sql)


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
