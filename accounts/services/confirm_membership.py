"""A second administrator agrees to a recorded membership: from then on the person may act for the firm."""

from datetime import datetime

from django.db import transaction

from accounts.core.errors import RecordError
from accounts.core.four_eyes import check_two_people
from accounts.models import Membership
from accounts.queries.agreeing import agreeing
from accounts.queries.membership_content import membership_content


def confirm_membership(*, membership_id: int, confirmed_by: int, seen: str, at: datetime) -> None:
    """This will commit the agreement of the account `confirmed_by` to the content it saw (`seen`, see `membership_content`).

    Raises RecordError `membership.unknown|confirmed|changed`, NotPermitted `four_eyes.*`.
    """
    with transaction.atomic():
        row = Membership.objects.select_for_update().filter(pk=membership_id).first()
        if row is None:
            raise RecordError("membership.unknown", "there is no such membership")
        if row.confirmed_at is not None:
            raise RecordError("membership.confirmed", "somebody has agreed already")
        if membership_content(row) != seen:
            raise RecordError("membership.changed", "it was changed since it was shown")
        check_two_people(proposed_by=agreeing(user_id=row.recorded_by_id), agreed_by=agreeing(user_id=confirmed_by))
        row.confirmed_by_id, row.confirmed_at = confirmed_by, at
        row.save(update_fields=["confirmed_by", "confirmed_at"])
