"""Sets of licences to be revoked at once: chosen, pending and decided."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Agency
from certificates.core.errors import IssueError
from certificates.core.mass_revocation import COUNTED_FOR, MOST, MassPlan, MassSelection, set_digest
from certificates.models import LIVE_STATES, Certificate, CertificateEvent, IssuerKey, LicenceType, MassRevocation

_SHOWN = 100
_ENDING = (CertificateEvent.Kind.REVOKED, CertificateEvent.Kind.SUSPENDED)  # why not SUPERSEDED: docs/decisions/0015
_AT_ONCE = 1000  # ids in one question: databases limit its parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class MassDecision:
    """This will hold one decision on a set, made or only tried."""

    by: str
    wanted: str
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MassRequest:
    """This will hold one set as asked for; names are account names."""

    id: UUID
    agency_uscc: str
    agency_name_zh: str
    agency_name_en: str
    selection: dict[str, str]
    reason_code: str
    count: int
    state: str
    asked_by: str
    asked_by_id: str
    asked_at: datetime
    decisions: tuple[MassDecision, ...]


def chosen_ids(*, selection: MassSelection) -> list[UUID]:
    """This will name the live licences that a selection chooses, one more than may be in a set at the most."""
    found = Certificate.objects.filter(agency__uscc=selection.agency_uscc, state__in=LIVE_STATES)
    if selection.type_code:
        found = found.filter(licence_type__code=selection.type_code)
    if selection.issuer_kid:
        found = found.filter(issuer_key__kid=selection.issuer_kid)
    zone = timezone.get_default_timezone()
    if selection.issued_from is not None:
        found = found.filter(issued_at__gte=datetime.combine(selection.issued_from, time(), tzinfo=zone))
    if selection.issued_until is not None:
        after = datetime.combine(selection.issued_until, time(), tzinfo=zone) + timedelta(days=1)
        found = found.filter(issued_at__lt=after)
    return list(found.order_by("pk").values_list("pk", flat=True)[: MOST + 1])


def mass_plan(*, selection: MassSelection, reason_code: str) -> MassPlan:
    """This will tell what a selection would revoke now, without touching anything.

    Raises IssueError `issue.mass_selection` where it names an agency, a type or a key that is not here, or days in the wrong
    order: a mistyped one must not pass for a set that is empty.
    """
    _require_known(selection)
    ids = chosen_ids(selection=selection)
    digest = set_digest(agency_uscc=selection.agency_uscc, reason_code=reason_code, ids=ids)
    return MassPlan(count=len(ids), by_type=_by_type(ids), digest=digest)


def ended_lately(*, agency_uscc: str, at: datetime) -> int:
    """This will count the licences that an agency revoked or suspended one by one in the last hour, each of them once."""
    events = CertificateEvent.objects.filter(
        kind__in=_ENDING, at__gt=at - COUNTED_FOR, certificate__agency__uscc=agency_uscc
    )
    one_by_one = events.exclude(certificate__mass_items__mass__state=MassRevocation.State.DONE)
    return one_by_one.values("certificate").distinct().count()


def mass_requests(*, agency_uscc: str | None) -> tuple[MassRequest, ...]:
    """This will list the newest sets of an agency, or of all agencies for None."""
    rows = MassRevocation.objects.order_by("-asked_at")
    if agency_uscc is not None:
        rows = rows.filter(agency__uscc=agency_uscc)
    return tuple(_request(row) for row in _with_names(rows)[:_SHOWN])


def mass_request(*, mass_id: UUID) -> MassRequest | None:
    """This will give one set, or None."""
    row = _with_names(MassRevocation.objects.filter(pk=mass_id)).first()
    return None if row is None else _request(row)


def _require_known(selection: MassSelection) -> None:
    keys = IssuerKey.objects.filter(kid=selection.issuer_kid, agency__uscc=selection.agency_uscc)
    types = LicenceType.objects.filter(code=selection.type_code)
    first, last = selection.issued_from, selection.issued_until
    if (
        not Agency.objects.filter(uscc=selection.agency_uscc).exists()
        or (selection.type_code and not types.exists())
        or (selection.issuer_kid and not keys.exists())
        or (first is not None and last is not None and last < first)
    ):
        raise IssueError("issue.mass_selection", "the selection names what is not here, or days in the wrong order")


def _by_type(ids: Sequence[UUID]) -> tuple[tuple[str, int], ...]:
    found: Counter[str] = Counter()
    for start in range(0, len(ids), _AT_ONCE):
        some = Certificate.objects.filter(pk__in=ids[start : start + _AT_ONCE])
        found.update(some.values_list("licence_type__code", flat=True))
    return tuple(sorted(found.items()))


def _with_names(rows: "QuerySet[MassRevocation]") -> "QuerySet[MassRevocation]":
    return rows.select_related("agency", "asked_by").prefetch_related("decisions__by")


def _request(row: MassRevocation) -> MassRequest:
    decisions = sorted(row.decisions.all(), key=lambda one: one.pk)
    return MassRequest(
        id=row.pk,
        agency_uscc=row.agency.uscc,
        agency_name_zh=row.agency.name_zh,
        agency_name_en=row.agency.name_en,
        selection=dict(row.selection),
        reason_code=row.reason_code,
        count=row.count,
        state=row.state,
        asked_by=row.asked_by.get_username(),
        asked_by_id=str(row.asked_by_id),
        asked_at=row.asked_at,
        decisions=tuple(
            MassDecision(by=one.by.get_username(), wanted=one.wanted, outcome=one.outcome, at=one.at)
            for one in decisions
        ),
    )
