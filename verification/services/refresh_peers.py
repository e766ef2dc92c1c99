"""Keeping at hand what all other regions publish."""

from datetime import datetime

from django.conf import settings

from verification.core.evidence import Missing
from verification.services.gather_evidence import trust_or_missing
from verification.services.refresh_region import refresh_region


def refresh_peers(*, at: datetime) -> int:
    """This will refresh every other region of the trust list in force, none where there is none, and count the lists looked after."""
    trust_list = trust_or_missing(at=at)
    codes = () if isinstance(trust_list, Missing) else tuple(trust_list.regions)
    return sum(refresh_region(region_code=code, at=at) for code in codes if code != settings.NODE.region)
