"""What follows when others may hold a key: it ends at once, and everything later is refused by everybody who hears of it."""

from datetime import datetime

from django.db import transaction

from certificates.core.errors import IssueError
from certificates.models import IssuerKey, KeptKey, KeyState, NodeKey, RegionCa
from certificates.services.end_key import end_key

_KINDS: tuple[type[KeptKey], ...] = (IssuerKey, NodeKey, RegionCa)


def mark_key_compromised(*, kid: str, since: datetime, at: datetime) -> None:
    """This will commit that a key of an agency, of the node or of a CA is compromised since a time, which may be past.

    Nothing takes its place: rotate next. Peers hear of an agency's key by the next bundle and by its CA's list of revoked
    certificates, of a node's key or CA by the trust list. Raises IssueError `issue.no_key`, `issue.key_state` (a time to come),
    `issue.key_not_begun` (a time before the key began).
    """
    if since > at:
        raise IssueError("issue.key_state", "a compromise lies in the past")
    with transaction.atomic():
        for kind in _KINDS:
            row = kind._default_manager.select_for_update(of=("self",)).filter(kid=kid).first()  # noqa: SLF001  # Django's public name
            if row is not None:
                if _began_after(row, since):
                    raise IssueError("issue.key_not_begun", "the key had not begun at that time")
                end_key(key=row, to_at=at, compromised_at=since)
                return
    raise IssueError("issue.no_key", "the node has no key of this id")


def _began_after(row: KeptKey, since: datetime) -> bool:
    # A key that is announced for a day to come may be stolen before that day: nothing is signed with it yet.
    never_in_force = row.state == KeyState.PENDING or (
        row.from_at is not None and row.compromised_at is not None and row.compromised_at < row.from_at
    )
    return row.from_at is not None and since < row.from_at and not never_in_force
