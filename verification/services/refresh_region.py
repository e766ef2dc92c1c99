"""Keeping what another region publishes at hand before a counter needs it: its agency keys, and the status lists in use."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from verification.core.evidence import Missing
from verification.queries.fetched import wanted_lists
from verification.services.gather_evidence import trust_or_missing
from verification.services.peer_agency_keys import peer_agency_keys
from verification.services.peer_status import peer_status

WANTED_FOR: Final = timedelta(hours=1)
BEFORE_STALE: Final = timedelta(seconds=20)  # two turns of the refresher before a counter would have to wait


def refresh_region(*, region_code: str, at: datetime) -> int:
    """This will fetch and commit the region's bundle if it is some minutes old, and wanted lists shortly before they are stale.

    It gives the number of lists looked after. It goes over the network; a region that is down changes nothing.
    """
    trust_list = trust_or_missing(at=at)
    region = None if isinstance(trust_list, Missing) else trust_list.regions.get(region_code)
    if region is None or region_code == settings.NODE.region:
        return 0
    peer_agency_keys(region=region, at=at)
    lists = wanted_lists(region_code=region_code, since=at - WANTED_FOR)
    for item in lists:
        peer_status(region=region, uri=item.uri, at=at, wanted=False, fresh_for=BEFORE_STALE)
    return len(lists)
