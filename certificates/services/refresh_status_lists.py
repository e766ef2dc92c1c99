"""Keeping the published status lists fresh."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Max

from certificates.models import StatusList
from certificates.services.publish_status_list import CHECK_EVERY, publish_status_list

# With sweeps every two seconds and a ttl of five (the demo's), a late sweep still leaves a counter a list that is fresh.
SHARE_OF_TTL: Final = 0.3


def refresh_status_lists(*, at: datetime) -> int:
    """This will sign anew every list whose newest version has used up that share of its ttl, each in a commit of its own."""
    due = at.timestamp() - settings.NODE.status_ttl * SHARE_OF_TTL
    lists = StatusList.objects.annotate(newest=Max("tokens__iat")).order_by("pk")
    rows = lists.values_list("pk", "newest", "checked_at")
    stale = [(list_id, checked_at) for list_id, newest, checked_at in rows if newest is None or newest <= due]
    for list_id, checked_at in stale:
        publish_status_list(status_list_id=list_id, at=at, changes=None if at - checked_at >= CHECK_EVERY else {})
    return len(stale)
