"""Pending issue keys whose time has come."""

from datetime import datetime

from django.db import transaction

from certificates.core.errors import IssueError
from certificates.models import IssuerKey, KeyState
from certificates.services.end_key import end_key
from certificates.services.rotate_issuer_key import OVERLAP


def activate_due_keys(*, at: datetime) -> int:
    """This will make every certified pending key active whose beginning has come, retire the one before it, and count them.

    Each is committed by itself.
    """
    due = IssuerKey.objects.filter(state=KeyState.PENDING, from_at__lte=at).exclude(chain_der=[]).order_by("from_at")
    kids = tuple(due.values_list("kid", flat=True))
    for kid in kids:
        with transaction.atomic():
            row = IssuerKey.objects.select_for_update(of=("self",)).get(kid=kid)
            if row.state == KeyState.PENDING:
                activate_key(row=row, at=at)
    return len(kids)


def activate_key(*, row: IssuerKey, at: datetime) -> None:
    """This will make a certified pending key its agency's active one, in the caller's transaction.

    Raises IssueError `issue.key_state` for a key that is not pending, has no certificate, or begins later.
    """
    if row.state != KeyState.PENDING or not row.chain_der or row.from_at is None or row.from_at > at:
        raise IssueError("issue.key_state", "only a certified pending key whose time has come is made active")
    same = IssuerKey.objects.select_for_update(of=("self",)).filter(agency=row.agency_id, use=row.use)
    for old in same.filter(state=KeyState.ACTIVE):
        end_key(key=old, to_at=at + OVERLAP)
    row.state = KeyState.ACTIVE
    row.save(update_fields=["state"])
