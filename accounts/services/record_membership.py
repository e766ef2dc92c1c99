"""Entering that a person may act for a firm, for a second administrator to agree to."""

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.core.errors import RecordError
from accounts.models import Holder, Membership


def record_membership(
    *,
    person_id: UUID,
    firm_id: UUID,
    capacity: str,
    from_date: date,
    to_date: date | None = None,
    recorded_by: int,
    at: datetime,
) -> int:
    """This will commit a membership and give its row's number; `to_date` is its last day, None for no end yet.

    It is in force only once another administrator than the account `recorded_by` agreed (`confirm_membership`).
    Raises RecordError `membership.person|firm|dates|exists|invalid`.
    """
    person, firm = Holder.objects.filter(pk=person_id).first(), Holder.objects.filter(pk=firm_id).first()
    if person is None or person.kind != Holder.Kind.CITIZEN:
        raise RecordError("membership.person", "who acts must be a registered citizen")
    if firm is None or firm.kind != Holder.Kind.FIRM:
        raise RecordError("membership.firm", "the one acted for must be a registered firm")
    if to_date is not None and to_date < from_date:
        raise RecordError("membership.dates", "a membership cannot end before it begins")
    row = Membership(
        person=person,
        firm=firm,
        capacity=capacity.strip(),
        from_date=from_date,
        to_date=to_date,
        recorded_by_id=recorded_by,
        recorded_at=at,
    )
    if Membership.objects.filter(person=person, firm=firm, capacity=row.capacity, from_date=from_date).exists():
        raise RecordError("membership.exists", "this membership is recorded already")
    try:
        row.full_clean()
        with transaction.atomic():
            row.save(force_insert=True)
    except ValidationError as refused:
        raise RecordError("membership.invalid", f"not acceptable: {', '.join(sorted(refused.message_dict))}") from None
    except IntegrityError:
        raise RecordError("membership.exists", "this membership is recorded already") from None
    return row.pk
