"""A pending CA of the region: made, listed for the anchor, and used once the trust list names it."""

from datetime import datetime

from django.db import transaction

from certificates.core.errors import IssueError
from certificates.models import KeyState, RegionCa
from certificates.services.create_region_cas import add_region_ca


def prepare_region_ca(*, suite: str, from_at: datetime, at: datetime) -> str:
    """This will commit a pending CA of a suite, in force from `from_at` on: `describe_node` lists it for the anchor.

    Raises IssueError `issue.key_state` (one is pending already, or it would begin in the past), CredentialError `key.algorithm`.
    """
    with transaction.atomic():
        if RegionCa.objects.select_for_update().filter(suite=suite, state=KeyState.PENDING).exists():
            raise IssueError("issue.key_state", "a CA of this suite is pending already")
        if from_at < at:
            raise IssueError("issue.key_state", "a CA cannot begin in the past")
        return add_region_ca(suite=suite, at=from_at, state=KeyState.PENDING).kid
