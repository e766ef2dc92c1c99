"""Events have their index in the log: what waited for that may leave."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.db.transaction import TransactionManagementError

from certificates.models import Certificate, CertificateEvent

_EVENTS = "certificates_certificateevent"
_AT_ONCE = 1000  # events in one statement: databases limit its parameters


def mark_events_logged(*, indices: Mapping[int, int], at: datetime) -> None:
    """This will record each event's index in the log, and release certificates by their issue, in the publisher's transaction.

    `indices` is the index by the event's id; an event keeps its first index.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("events get their indices inside the publisher's transaction")
    pairs = list(indices.items())
    for start in range(0, len(pairs), _AT_ONCE):
        _release(_give_indices(pairs[start : start + _AT_ONCE]), at=at)


def _give_indices(pairs: Sequence[tuple[int, int]]) -> list[int]:
    """This will write the indices in one statement and name the events that had none before."""
    # The ORM would write a case for every event. Both databases name the columns of VALUES so.
    values = ", ".join(["(%s, %s)"] * len(pairs))
    statement = (
        f"UPDATE {_EVENTS} SET log_index = given.column2 FROM (VALUES {values}) AS given "  # noqa: S608  # only placeholders
        f"WHERE {_EVENTS}.id = given.column1 AND {_EVENTS}.log_index IS NULL RETURNING {_EVENTS}.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [number for pair in pairs for number in pair])
        return [row[0] for row in cursor.fetchall()]


def _release(logged: Sequence[int], *, at: datetime) -> None:
    issued = CertificateEvent.objects.filter(pk__in=logged, kind=CertificateEvent.Kind.ISSUED)
    waiting = Certificate.objects.filter(pk__in=issued.values("certificate"), released_at__isnull=True)
    waiting.update(released_at=at)
