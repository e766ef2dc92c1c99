"""Background work of verification. Nothing depends on a message arriving: the next turn finds the same work."""

import threading

from celery import shared_task
from django.utils import timezone

from certificates.services.activate_due_keys import activate_due_keys
from verification.services.publish_agency_keys import publish_agency_keys
from verification.services.refresh_peers import refresh_peers
from verification.services.sweep import sweep as let_go
from verification.services.warn_of_expiry import warn_of_expiry

_refreshing = threading.Lock()


@shared_task(name="verification.sweep")  # type: ignore[untyped-decorator]  # the library publishes no types
def sweep(**kwargs: object) -> None:
    """This will let go of what is remembered long enough, publish changed agency keys, warn, and keep what peers publish at hand."""
    let_go(at=timezone.now())
    warn_of_expiry(at=timezone.now())
    activate_due_keys(at=timezone.now())
    publish_agency_keys(at=timezone.now())
    refresh()


@shared_task(name="verification.refresh_regions")  # type: ignore[untyped-decorator]  # the library publishes no types
def refresh_regions(**kwargs: object) -> None:
    """This will keep the peers' agency keys and the status lists in use at hand."""
    refresh()


def refresh() -> None:
    """This will look after every other region in turn, unless a turn is still waiting for a region that does not answer."""
    if not _refreshing.acquire(blocking=False):
        return
    try:
        refresh_peers(at=timezone.now())
    finally:
        _refreshing.release()
