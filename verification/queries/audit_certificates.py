"""Do a certificate's state and its entries in the status lists say what its logged events say."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import groupby, islice
from typing import Any, Final
from uuid import UUID

from django.db.models import F, QuerySet

from certificates.core.certificate_states import standing_after
from certificates.core.event_leaf import event_leaf
from certificates.core.status_list import Status
from certificates.models import CertificateEvent, StatusEntry
from verification.core.audit_report import MOST_FINDINGS, Finding

_ROWS: Final = 1000
_PURPOSES: Final = ("credential", "seal")


@dataclass(frozen=True, slots=True)
class _Event:
    """An event with what its certificate says now."""

    certificate_id: UUID
    state: str
    credential_jwt: str
    kind: str
    leaf: bytes
    at: datetime
    index: int | None


@dataclass(slots=True)
class _Entries:
    """A certificate's entries: its own by purpose, and the values of its copies' entries."""

    own: dict[str, int] = field(default_factory=dict)
    copies: set[int] = field(default_factory=set)
    revoked_copies: set[int] = field(default_factory=set)


def certificate_findings() -> list[Finding]:
    """This will name certificates that stand otherwise than their events led them, and events that are not of their certificate."""
    return list(islice(_findings(), MOST_FINDINGS))


def _findings() -> Iterator[Finding]:
    events = (_Event(*row) for row in _columns(CertificateEvent.objects.all()).iterator(chunk_size=_ROWS))
    histories = (tuple(group) for _, group in groupby(events, key=lambda event: event.certificate_id))
    while batch := list(islice(histories, _ROWS)):
        entries = _entries([history[0].certificate_id for history in batch])
        for history in batch:
            yield from _foreign(history)
            certificate_id = history[0].certificate_id
            if not _stands(history, entries[certificate_id]) and not _stands_now(certificate_id):
                text = "A certificate's state or status is not what its events led to."
                yield Finding(code="status.disagrees", text=text, index=history[-1].index)


def _columns(events: "QuerySet[CertificateEvent]") -> "QuerySet[CertificateEvent, tuple[Any, ...]]":
    # In the log's order: that of the row numbers could be rewritten.
    return events.order_by("certificate", F("log_index").asc(nulls_last=True), "pk").values_list(
        *("certificate_id", "certificate__state", "certificate__credential_jwt", "kind", "leaf", "at", "log_index")
    )


def _stands_now(certificate_id: UUID) -> bool:
    """Somebody may have acted on it between the two reads of a batch: such a certificate is read once more, by itself."""
    events = [_Event(*row) for row in _columns(CertificateEvent.objects.filter(certificate=certificate_id))]
    return bool(events) and _stands(events, _entries([certificate_id])[certificate_id])


def _entries(certificate_ids: Sequence[UUID]) -> defaultdict[UUID, _Entries]:
    found: defaultdict[UUID, _Entries] = defaultdict(_Entries)
    rows = StatusEntry.objects.filter(certificate__in=certificate_ids)
    columns = ("certificate_id", "purpose", "value", "copy_id", "copy__revoked_at")
    for certificate_id, purpose, value, copy_id, revoked_at in rows.values_list(*columns):
        if copy_id is None:
            found[certificate_id].own[purpose] = value
        elif revoked_at is None:
            found[certificate_id].copies.add(value)
        else:
            found[certificate_id].revoked_copies.add(value)
    return found


def _stands(history: Sequence[_Event], entries: _Entries) -> bool:
    led = standing_after([event.kind for event in history])
    if led is None or history[0].state != led.state:
        return False
    status = int(led.status)
    # Copies stand as their licence does; those that were revoked alone are invalid for good.
    of_copies = entries.copies <= {status} and entries.revoked_copies <= {int(Status.INVALID)}
    return of_copies and entries.own == dict.fromkeys(_PURPOSES, status)


def _foreign(history: Sequence[_Event]) -> Iterator[Finding]:
    digest = sha256(history[0].credential_jwt.encode()).digest()
    for event in history:
        if event_leaf(kind=event.kind, credential_sha256=digest, at=event.at) != bytes(event.leaf):
            text = "An event's leaf is not that of its kind, time and certificate."
            yield Finding(code="event.disagrees", text=text, index=event.index)
