"""Background work of verification. Nothing depends on a message arriving: the next turn finds the same work."""

from celery import shared_task
from django.utils import timezone

from verification.services.refresh_region import peer_regions, refresh_region
from verification.services.sweep import sweep as sweep_once


@shared_task(name="verification.refresh_regions")  # type: ignore[untyped-decorator]  # the library publishes no types
def refresh_regions(**kwargs: object) -> None:
    """This will keep the peers' agency keys and the status lists in use at hand."""
    for code in peer_regions(at=timezone.now()):
        refresh_region(region_code=code, at=timezone.now())


@shared_task(name="verification.sweep")  # type: ignore[untyped-decorator]  # the library publishes no types
def sweep(**kwargs: object) -> None:
    """This will let go of spent nonces and old answers."""
    sweep_once(at=timezone.now())
