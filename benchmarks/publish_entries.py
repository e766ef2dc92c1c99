"""Runs inside a node: publishes waiting entries batch by batch, a plain bulk INSERT of the same leaf rows between the batches.

Then batches of certificates' events, which get their index in the certificates' own tables as well; the node has a certificate.
"""

import json
import secrets
import time
from collections.abc import Sequence
from typing import Any

import benchmarks.django_node  # noqa: F401  # Django must be set up before its models are imported

# isort: split
from django.db import connection, transaction
from django.utils import timezone

from certificates.core.event_leaf import event_leaf
from certificates.models import Certificate, CertificateEvent
from verification.core.lookup_entry import EntryKind, build_entry, hour_of
from verification.core.merkle import leaf_hash
from verification.models import LogEntry, LogLeaf, PendingEntry
from verification.services.publish_log import BATCH, publish_log

BATCHES = 12
EVENT_BATCHES = 3
_FIELDS = 9  # shown by an ordinary look
_OTHER_MEMBERS = 14


def main() -> None:
    """This will print seconds of wall and CPU time for every batch, published and inserted."""
    _enter(BATCH * (BATCHES + 1))
    publish_log(at=timezone.now())  # opens the connection and the key
    _make_plain_table()
    published, inserted = [], []
    for _ in range(BATCHES):
        size = LogLeaf.objects.count()
        published.append(_timed(lambda: publish_log(at=timezone.now())))
        rows = list(LogLeaf.objects.filter(index__gte=size).values_list("index", "entry_id", "leaf_hash"))
        inserted.append(_timed(lambda rows=rows: _insert_plainly(rows)))
    events = []
    for _ in range(EVENT_BATCHES):
        _enter_events(BATCH)
        events.append(_timed(lambda: publish_log(at=timezone.now())))
    print(json.dumps({"batch": BATCH, "published": published, "inserted": inserted, "events": events}))


def _enter(count: int) -> None:
    """This will put entries of ordinary size into the queue; how they come there is not measured here."""
    at = timezone.now()
    members: dict[str, Any] = {
        f"member.n{number}": "杭州市西湖区文化中心" for number in range(_OTHER_MEMBERS + _FIELDS)
    }
    tags = [secrets.token_urlsafe(32)]
    for _ in range(0, count, BATCH):
        leaves = [
            build_entry(
                kind=EntryKind.LOOKUP_VERIFIED,
                hour=hour_of(at),
                members=members,
                random=secrets.token_bytes,
                holder_tags=tags,
                certificate_tag=tags[0],
            )[0]
            for _ in range(BATCH)
        ]
        with transaction.atomic():
            rows = LogEntry.objects.bulk_create(
                LogEntry(leaf=leaf, leaf_hash=leaf_hash(leaf), at=at) for leaf in leaves
            )
            PendingEntry.objects.bulk_create(PendingEntry(entry=row) for row in rows)


def _enter_events(count: int) -> None:
    """This will put events of certificates' lives into their outbox."""
    certificate, at = Certificate.objects.order_by("pk")[0], timezone.now()
    CertificateEvent.objects.bulk_create(
        CertificateEvent(
            certificate=certificate,
            kind=CertificateEvent.Kind.SUSPENDED,
            actor="bench",
            leaf=event_leaf(
                kind=CertificateEvent.Kind.SUSPENDED.value, credential_sha256=secrets.token_bytes(32), at=at
            ),
            at=at,
        )
        for _ in range(count)
    )


def _make_plain_table() -> None:
    """A table of the same columns and keys, without triggers and foreign keys."""
    binary = "bytea" if connection.vendor == "postgresql" else "blob"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bench_leaf (place bigint PRIMARY KEY, entry_id bigint NOT NULL UNIQUE, leaf_hash {binary} NOT NULL)"
        )


def _insert_plainly(rows: Sequence[tuple[int, int, bytes]]) -> None:
    places = ", ".join(["(%s, %s, %s)"] * len(rows))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO bench_leaf (place, entry_id, leaf_hash) VALUES {places}",  # noqa: S608  # only placeholders
            [item for row in rows for item in row],
        )


def _timed(act: Any) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
