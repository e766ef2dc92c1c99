"""The keys of this region's own agencies, from the node's register: what peers read in the signed bundle."""

import base64
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from django.conf import settings

from certificates.models import IssuerKey
from verification.core.agency_keys import AgencyKey, AgencyKeys, KeyState, agency_key

_ANY_TIME = timedelta(days=1)


def agency_key_of(row: IssuerKey) -> AgencyKey:
    """This will give one registered key as the bundle lists it; `row.agency` is read."""
    state = KeyState(row.state)
    compromised = state is KeyState.COMPROMISED
    return _agency_key(
        row.suite,
        tuple(row.chain_der),
        (row.agency.uscc, row.agency.name_zh, row.agency.name_en),
        tuple(row.licence_types),
        (row.from_at, None if compromised else row.to_at),
        state,
        row.to_at if compromised else None,
    )


def own_agency_keys(*, at: datetime) -> AgencyKeys:
    """This will give all registered keys as a bundle in force at `at`; the register is this node's own and needs no signature."""
    keys = [agency_key_of(row) for row in IssuerKey.objects.select_related("agency").order_by("pk")]
    return AgencyKeys(
        region_code=settings.NODE.region,
        version=0,
        issued_at=at,
        expires_at=at + _ANY_TIME,
        by_kid=MappingProxyType({key.kid: key for key in keys}),
    )


@lru_cache(maxsize=4096)  # parsing an X.509 certificate for each of many keys would cost more than the look-up
def _agency_key(
    suite: str,
    chain: tuple[str, ...],
    agency: tuple[str, str, str],
    licence_types: tuple[str, ...],
    period: tuple[datetime, datetime | None],
    state: KeyState,
    compromised_at: datetime | None,
) -> AgencyKey:
    uscc, name_zh, name_en = agency
    return agency_key(
        suite=suite,
        x5c=tuple(base64.b64decode(item) for item in chain),
        agency_uscc=uscc,
        agency_name_zh=name_zh,
        agency_name_en=name_en,
        licence_types=licence_types,
        valid_from=period[0],
        valid_to=period[1],
        state=state,
        compromised_at=compromised_at,
    )
