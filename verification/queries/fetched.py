"""What was fetched from other regions and verified when it was taken in; it is verified again whenever it is used."""

from dataclasses import dataclass
from datetime import datetime

from verification.models import FetchedAgencyKeys, FetchedStatusList


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedBundle:
    """This will hold the newest agency-key bundle of a region."""

    version: int
    bundle: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedList:
    """This will hold the newest status list of an address; `iat` is seconds since 1970."""

    region_code: str
    uri: str
    iat: int
    token: str
    wanted_at: datetime


def fetched_bundle(*, region_code: str) -> FetchedBundle | None:
    """This will give the region's newest bundle, or None."""
    row = FetchedAgencyKeys.objects.filter(region_code=region_code).first()
    return None if row is None else FetchedBundle(version=row.version, bundle=row.bundle, fetched_at=row.fetched_at)


def fetched_list(*, region_code: str, uri: str) -> FetchedList | None:
    """This will give the newest list that this region published under this address, or None."""
    row = FetchedStatusList.objects.filter(region_code=region_code, uri=uri).first()
    return None if row is None else _fetched_list(row)


def wanted_lists(*, region_code: str, since: datetime) -> tuple[FetchedList, ...]:
    """This will give the region's lists that a look-up needed since then."""
    rows = FetchedStatusList.objects.filter(region_code=region_code, wanted_at__gte=since).order_by("uri")
    return tuple(_fetched_list(row) for row in rows)


def _fetched_list(row: FetchedStatusList) -> FetchedList:
    return FetchedList(region_code=row.region_code, uri=row.uri, iat=row.iat, token=row.token, wanted_at=row.wanted_at)
