"""The status list that another region's licence names: fetched, verified, kept; an older one than seen is never taken."""

import logging
import re
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from certificates.core.errors import StatusListError
from certificates.core.status_list import (
    MAX_TOKEN_BYTES,
    MEDIA_TYPE,
    VerifiedStatusList,
    require_not_older,
    verify_status_token,
)
from verification.adapters.region_client import fetch_text
from verification.core.errors import MessageError
from verification.core.evidence import ListedStatus, Missing
from verification.core.trust_keys import Purpose
from verification.core.trust_list import TrustedRegion
from verification.models import FetchedStatusList
from verification.queries.fetched import FetchedList, fetched_list

logger = logging.getLogger(__name__)

UNAVAILABLE: Final = Missing(code="status.unavailable")
_LIST_PATH: Final = re.compile(r"/status-lists/[0-9]{1,18}", re.ASCII)
_WANTED_STEP: Final = timedelta(minutes=1)


def peer_status(
    *, region: TrustedRegion, uri: str, at: datetime, wanted: bool = True, fresh_for: timedelta = timedelta(0)
) -> ListedStatus | Missing:
    """This will give the list, fetched anew and committed unless the kept one is within its ttl for `fresh_for` longer.

    A kept list serves, with its age, where no good newer one is to be had; whether it is too old is the verdict's
    matter. It goes over the network: never call it inside a transaction.
    """
    path = uri.removeprefix(region.node_url)
    if not uri.startswith(region.node_url) or _LIST_PATH.fullmatch(path) is None:
        return Missing(code="status.other_list")  # a licence may not send us to just any address
    kept = fetched_list(region_code=region.code, uri=uri)
    current = None if kept is None else _verified(kept.token, region, uri, at)
    if wanted and kept is not None and at - kept.wanted_at > _WANTED_STEP:
        FetchedStatusList.objects.filter(uri=uri).update(wanted_at=at)
    if isinstance(current, VerifiedStatusList) and _is_fresh(current, at + fresh_for):
        return ListedStatus(region_code=region.code, listed=current)
    fetched = _fetched(region, uri, path, at, kept)
    if isinstance(fetched, VerifiedStatusList):
        return ListedStatus(region_code=region.code, listed=fetched)
    if isinstance(current, VerifiedStatusList):
        return ListedStatus(region_code=region.code, listed=current)
    return fetched


def _is_fresh(listed: VerifiedStatusList, at: datetime) -> bool:
    return at.timestamp() <= min(listed.iat + listed.ttl, listed.exp)


def _fetched(
    region: TrustedRegion, uri: str, path: str, at: datetime, kept: FetchedList | None
) -> VerifiedStatusList | Missing:
    try:
        token = fetch_text(
            node_url=region.node_url,
            path=path,
            timeout_seconds=settings.NODE.peer_timeout_seconds,
            max_bytes=MAX_TOKEN_BYTES,
            accept=MEDIA_TYPE,
        )
    except MessageError:
        return UNAVAILABLE
    listed = _verified(token, region, uri, at)
    if isinstance(listed, Missing):
        return listed
    try:
        if kept is not None:
            require_not_older(new_iat=listed.iat, seen_iat=kept.iat)
    except StatusListError as refused:
        # Somebody serves a past in which a revoked licence was still valid.
        logger.error(  # noqa: TRY400  # what a peer answers is no fault of ours: no traceback
            "%s: region %s served a list older than one seen of it before", refused.code, region.code
        )
        return Missing(code=refused.code)
    _keep(region, listed, token, at)
    return listed


def _verified(token: str, region: TrustedRegion, uri: str, at: datetime) -> VerifiedStatusList | Missing:
    try:
        return verify_status_token(token, uri=uri, keys=region.keys_in_force(Purpose.STATUS, at=at), at=at)
    except StatusListError as refused:
        return Missing(code=refused.code)


def _keep(region: TrustedRegion, listed: VerifiedStatusList, token: str, at: datetime) -> None:
    with transaction.atomic():
        row, created = FetchedStatusList.objects.select_for_update().get_or_create(
            uri=listed.uri,
            defaults={
                "region_code": region.code,
                "iat": listed.iat,
                "token": token,
                "fetched_at": at,
                "wanted_at": at,
            },
        )
        if not created and row.region_code == region.code and listed.iat >= row.iat:
            row.iat, row.token, row.fetched_at = listed.iat, token, at
            row.save(update_fields=["iat", "token", "fetched_at"])
