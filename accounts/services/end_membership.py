"""Ending a person's right to act for a firm."""

from datetime import date

from django.db import transaction

from accounts.core.errors import RecordError
from accounts.models import Membership


def end_membership(*, membership_id: int, to_date: date) -> None:
    """This will commit the last day of a membership; a day once set may only be brought forward.

    Raises RecordError `membership.unknown|dates|ended`.
    """
    with transaction.atomic():
        row = Membership.objects.select_for_update().filter(pk=membership_id).first()
        if row is None:
            raise RecordError("membership.unknown", "there is no such membership")
        if to_date < row.from_date:
            raise RecordError("membership.dates", "a membership cannot end before it begins")
        # What was done on the strength of a membership stands in the log; a longer one is a new record.
        if row.to_date is not None and to_date > row.to_date:
            raise RecordError("membership.ended", "an ended membership is not prolonged: record a new one")
        row.to_date = to_date
        row.save(update_fields=["to_date"])
