"""The demo's step `tamper` for nodes on PostgreSQL: a superuser edits one entry in a copy of the database."""

from urllib.parse import urlsplit

import psycopg

from demo.journey import Journey
from demo.story import require
from tests.functional.provinces.world import TAMPERED


def tamper_in_postgresql(journey: Journey) -> str:
    """This will change an entry past the triggers and demand that the audit names it."""
    node = journey.zhejiang
    url = urlsplit(node.database_url)
    copy = url._replace(path=f"{url.path}{TAMPERED}").geturl()
    node.stop()  # PostgreSQL copies a database that nobody uses
    try:
        with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as server:
            source = url.path.removeprefix("/")
            server.execute(f'CREATE DATABASE "{source}{TAMPERED}" TEMPLATE "{source}"'.encode())
    finally:
        node.start()
    with psycopg.connect(copy) as database:
        # The triggers fire ALWAYS, so a replica's role does not pass them; a superuser can still put them to sleep.
        database.execute("ALTER TABLE verification_logentry DISABLE TRIGGER ALL")
        found = database.execute(
            "SELECT l.index, e.id, e.leaf FROM verification_logentry e JOIN verification_logleaf l ON l.entry_id = e.id "
            "WHERE e.lookup_id IS NOT NULL ORDER BY l.index LIMIT 1"
        ).fetchone()
        assert found is not None
        index, entry_id, leaf = found
        changed = bytes(leaf).replace(b'"kind":"lookup.', b'"kind":"lookuq.')
        database.execute("UPDATE verification_logentry SET leaf = %s WHERE id = %s", (changed, entry_id))
        database.execute("ALTER TABLE verification_logentry ENABLE TRIGGER ALL")
        database.execute("ALTER TABLE verification_logentry ENABLE ALWAYS TRIGGER verification_logentry_no_change")
        database.execute("ALTER TABLE verification_logentry ENABLE ALWAYS TRIGGER verification_logentry_no_truncate")
    report = node.fails("audit_log", environment=node.environment() | {"DATABASE_URL": copy})
    require(f"leaf {index}" in report, f"the audit did not name entry {index}: {report[-400:]}")
    return f"entry {index} was edited past the triggers and named by the audit"
