"""The signed agency-key bundle of another region: fetched, verified, kept; an older one than seen is never taken."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from verification.adapters.region_client import fetch_text
from verification.core.agency_keys import MAX_BUNDLE_BYTES, AgencyKeys, verify_agency_keys
from verification.core.errors import IssuerError, MessageError
from verification.core.evidence import Missing
from verification.core.recognition_message import AGENCY_KEYS_PATH
from verification.core.trust_list import TrustedRegion
from verification.models import FetchedAgencyKeys
from verification.queries.fetched import FetchedBundle, fetched_bundle

KEPT_FOR: Final = timedelta(minutes=5)
UNAVAILABLE: Final = Missing(code="agency_keys.unavailable")


def peer_agency_keys(*, region: TrustedRegion, at: datetime, max_age: timedelta = KEPT_FOR) -> AgencyKeys | Missing:
    """This will give the region's bundle, fetched anew and committed if the kept one is older than `max_age`.

    If the region cannot be asked, or answers with a bundle that does not hold, the kept one serves until it expires.
    It goes over the network: never call it inside a transaction.
    """
    kept = fetched_bundle(region_code=region.code)
    if kept is not None and at - kept.fetched_at <= max_age:
        current = _verified(kept.bundle, region, at, kept)
        if isinstance(current, AgencyKeys):
            return current
    fresh = _fetched(region, at, kept)
    if isinstance(fresh, AgencyKeys) or kept is None:
        return fresh
    older = _verified(kept.bundle, region, at, kept)
    return older if isinstance(older, AgencyKeys) else fresh


def _fetched(region: TrustedRegion, at: datetime, kept: FetchedBundle | None) -> AgencyKeys | Missing:
    try:
        bundle = fetch_text(
            node_url=region.node_url,
            path=AGENCY_KEYS_PATH,
            timeout_seconds=settings.NODE.peer_timeout_seconds,
            max_bytes=MAX_BUNDLE_BYTES,
        )
    except MessageError:
        return UNAVAILABLE
    keys = _verified(bundle, region, at, kept)
    if isinstance(keys, AgencyKeys):
        _keep(keys, bundle, at)
    return keys


def _verified(bundle: str, region: TrustedRegion, at: datetime, kept: FetchedBundle | None) -> AgencyKeys | Missing:
    try:
        return verify_agency_keys(bundle, region=region, at=at, seen_version=kept.version if kept else None)
    except IssuerError as refused:
        return Missing(code=refused.code)


def _keep(keys: AgencyKeys, bundle: str, at: datetime) -> None:
    with transaction.atomic():
        row, created = FetchedAgencyKeys.objects.select_for_update().get_or_create(
            region_code=keys.region_code,
            defaults={"version": keys.version, "bundle": bundle, "fetched_at": at},
        )
        if not created and keys.version >= row.version:
            row.version, row.bundle, row.fetched_at = keys.version, bundle, at
            row.save(update_fields=["version", "bundle", "fetched_at"])
