"""Who may give entries their indices: one process per node, elected by a lock that dies with its holder.

PostgreSQL: a session advisory lock on a connection of its own, since a reconnect of the ordinary one would lose it in silence. SQLite: `flock` on
a file beside the database; the kernel drops it when the process ends, however it ends.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from verification.core.errors import LogError

_ELECTION_KEY = 0x48555A48_454E4701  # "HUZHENG" and a number: who is publisher
_TURN_KEY = 0x48555A48_454E4702  # one batch at a time, whoever publishes


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherLock:
    """This will stand for the office of publisher while it is held."""

    session: BaseDatabaseWrapper | None

    def require_held(self) -> None:
        """This will raise LogError `log.publisher.lost` where the session that held the lock is gone."""
        if self.session is None:
            return  # a file lock cannot be lost while the process lives
        try:
            held = _ask(
                self.session,
                "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
            )
        except DatabaseError as error:
            raise LogError("log.publisher.lost", "The session that held the publisher's lock is gone.") from error
        if not held:
            raise LogError("log.publisher.lost", "The publisher's lock is no longer held.")


@contextmanager
def publisher_lock() -> Iterator[PublisherLock]:
    """This will hold the office of publisher for the length of a block; raises LogError `log.publisher.taken` at once if another has it."""
    if connection.vendor == "postgresql":
        with _postgres_lock() as session:
            yield PublisherLock(session=session)
    else:
        with _file_lock(settings.NODE.var / "publisher.lock"):
            yield PublisherLock(session=None)


def take_turn() -> None:
    """This will keep every other batch out until the surrounding transaction ends; raises LogError `log.publisher.taken`.

    On SQLite the transaction itself (BEGIN IMMEDIATE) already is alone.
    """
    if connection.vendor == "postgresql" and not _ask(connection, "SELECT pg_try_advisory_xact_lock(%s)", (_TURN_KEY,)):
        raise _taken()


@contextmanager
def _postgres_lock() -> Iterator[BaseDatabaseWrapper]:
    session = connection.copy()
    try:
        if not _ask(session, "SELECT pg_try_advisory_lock(%s)", (_ELECTION_KEY,)):
            raise _taken()
        yield session
    finally:
        session.close()  # the server drops the lock with the session


@contextmanager
def _file_lock(path: Path) -> Iterator[IO[bytes]]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _taken() from error
        yield file


def _ask(session: BaseDatabaseWrapper, sql: str, parameters: tuple[int, ...] = ()) -> bool:
    with session.cursor() as cursor:
        cursor.execute(sql, parameters)
        return bool(cursor.fetchone()[0])


def _taken() -> LogError:
    return LogError("log.publisher.taken", "Another process publishes this node's log.")
