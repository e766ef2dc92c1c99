"""How the node stands, for whoever runs or audits it: numbers, times and names of nodes, nothing of any look-up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from certificates.queries.pending_events import pending_events
from verification.core.errors import LogError, TrustListError
from verification.core.trust_list import TrustList, days_left, expires_soon
from verification.models import Checkpoint, JournalHour, PendingEntry
from verification.queries.current_trust_list import current_trust_list
from verification.queries.log_backlog import oldest_pending_at
from verification.queries.log_checkpoint import latest_cosigned_sizes
from verification.queries.readiness import readiness, warnings
from verification.queries.witness_keys import witnesses_of

MOST_EVENTS: Final = 1000  # counted up to here: more is told as "at least"
JOURNAL_SPAN: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustState:
    """This will hold how long the trust list in force lasts; `days_left` counts whole days."""

    version: int
    expires_at: datetime
    days_left: int
    expires_soon: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """This will hold what waits for its index in the log; `events` counts to MOST_EVENTS."""

    entries: int
    events: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessState:
    """This will hold the newest head that a witness cosigned, None for one that never did; `behind` counts entries since."""

    name: str
    size: int | None
    behind: int
    is_named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalCounts:
    """This will hold one hour of refused calls that were no look-ups; `in_log` once its entry is made."""

    hour: datetime
    counts: tuple[tuple[str, int], ...]
    in_log: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeHealth:
    """This will hold the whole picture at one moment; `trust` is None where no list is in force (`faults` says why); `warnings` hinder no look-up."""

    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    trust: TrustState | None
    backlog: Backlog
    size: int | None
    signed_at: datetime | None
    witnesses: tuple[WitnessState, ...]
    journal: tuple[JournalCounts, ...]


def node_health(*, at: datetime) -> NodeHealth:
    """This will read how the node stands."""
    # The row alone, not the note: this page must open also where a signature line was tampered with.
    head, trust_list = Checkpoint.objects.order_by("-size").first(), _trust_list(at)
    return NodeHealth(
        faults=readiness(at=at),
        warnings=warnings(at=at),
        trust=_trust(trust_list, at) if trust_list else None,
        backlog=Backlog(
            entries=PendingEntry.objects.count(),
            events=len(pending_events(limit=MOST_EVENTS)),
            oldest_at=oldest_pending_at(),
        ),
        size=head.size if head else None,
        signed_at=head.at if head else None,
        witnesses=_witnesses(trust_list, head.size if head else 0),
        journal=_journal(at),
    )


def _trust_list(at: datetime) -> TrustList | None:
    try:
        return current_trust_list(at=at)
    except TrustListError:
        return None  # `readiness` names the reason


def _trust(trust_list: TrustList, at: datetime) -> TrustState:
    return TrustState(
        version=trust_list.version,
        expires_at=trust_list.expires_at,
        days_left=days_left(trust_list, at=at),
        expires_soon=expires_soon(trust_list, at=at),
    )


def _witnesses(trust_list: TrustList | None, size: int) -> tuple[WitnessState, ...]:
    named, cosigned = _named(trust_list), latest_cosigned_sizes()
    return tuple(
        WitnessState(name=name, size=cosigned.get(name), behind=size - cosigned.get(name, 0), is_named=name in named)
        for name in sorted(named | set(cosigned))
    )


def _named(trust_list: TrustList | None) -> set[str]:
    if trust_list is None:
        return set()
    try:
        return {witness.key.name for witness in witnesses_of(trust_list=trust_list, region=settings.NODE.region)}
    except LogError:
        return set()  # a verifier key of the list that cannot be read cosigns nothing


def _journal(at: datetime) -> tuple[JournalCounts, ...]:
    rows = JournalHour.objects.filter(hour__gt=at - JOURNAL_SPAN, hour__lte=at).order_by("-hour")
    return tuple(
        JournalCounts(
            hour=row.hour,
            counts=tuple(sorted(row.counts.items(), key=lambda item: (-item[1], item[0]))),
            in_log=row.entry_id is not None,
        )
        for row in rows
    )
