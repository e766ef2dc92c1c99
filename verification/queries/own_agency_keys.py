"""The keys of this region's own agencies, from the node's register: what peers read in the signed bundle."""

import base64
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from django.conf import settings

from accounts.queries.compiled_read import CompiledRead
from certificates.core.x509_crl import RevocationList
from certificates.models import IssuerKey, RegionCa
from verification.core.agency_keys import AgencyKey, AgencyKeys, KeyState, KeyUse, agency_key
from verification.core.agency_revocations import kept_revocation_lists

_ANY_TIME = timedelta(days=1)
_KEY = CompiledRead(
    lambda given: IssuerKey.objects.filter(kid=given("kid")).values_list(
        *("suite", "chain_der", "agency__uscc", "agency__name_zh", "agency__name_en"),
        *("licence_types", "from_at", "to_at", "state", "compromised_at", "use"),
    )
)
_LISTS = CompiledRead(
    lambda _: RegionCa.objects.filter(crl_der__isnull=False).order_by("pk").values_list("certificate_der", "crl_der")
)


def agency_key_of(row: IssuerKey) -> AgencyKey:
    """This will give one registered key as the bundle lists it; `row.agency` is read, a beginning is set."""
    agency = row.agency
    assert row.from_at is not None, "a key without a beginning is not listed"
    return _agency_key_now(
        row.suite,
        row.chain_der,
        (agency.uscc, agency.name_zh, agency.name_en),
        row.licence_types,
        (row.from_at, row.to_at, row.compromised_at),
        row.state,
        row.use,
    )


def own_agency_key(*, kid: str) -> AgencyKey | None:
    """This will give the registered key of a kid as it stands in the register now, or None."""
    row = _KEY.first(kid=kid)
    if row is None or not row[1]:
        return None  # a key without a certificate has signed nothing
    suite, chain, uscc, name_zh, name_en, licence_types, from_at, to_at, state, compromised_at, use = row
    times = (from_at, to_at, compromised_at)
    return _agency_key_now(suite, chain, (uscc, name_zh, name_en), licence_types, times, state, use)


def own_agency_keys(*, kids: Iterable[str], at: datetime) -> AgencyKeys:
    """This will give registered keys as a bundle in force at `at`; the register is this node's own and needs no signature.

    The CAs' newest lists of revoked certificates come with it, as in the bundle that peers read. Raises IssuerError `agency_keys.crl`.
    """
    keys = [key for kid in kids if (key := own_agency_key(kid=kid)) is not None]
    return AgencyKeys(
        region_code=settings.NODE.region,
        version=0,
        issued_at=at,
        expires_at=at + _ANY_TIME,
        by_kid=MappingProxyType({key.kid: key for key in keys}),
        revocation_lists=_kept_lists() if keys else (),
    )


def _kept_lists() -> tuple[RevocationList, ...]:
    return kept_revocation_lists((base64.b64decode(ca), bytes(der)) for ca, der in _LISTS.rows())


def _agency_key_now(
    suite: str,
    chain: Sequence[str],
    agency: tuple[str, str, str],
    licence_types: Sequence[str],
    times: tuple[datetime, datetime | None, datetime | None],
    state: str,
    use: str,
) -> AgencyKey:
    return _agency_key(suite, tuple(chain), agency, tuple(licence_types), times, KeyState(state), KeyUse(use))


@lru_cache(maxsize=4096)  # parsing an X.509 certificate for each of many keys would cost more than the look-up
def _agency_key(
    suite: str,
    chain: tuple[str, ...],
    agency: tuple[str, str, str],
    licence_types: tuple[str, ...],
    times: tuple[datetime, datetime | None, datetime | None],
    state: KeyState,
    use: KeyUse,
) -> AgencyKey:
    uscc, name_zh, name_en = agency
    return agency_key(
        suite=suite,
        x5c=tuple(base64.b64decode(item) for item in chain),
        agency_uscc=uscc,
        agency_name_zh=name_zh,
        agency_name_en=name_en,
        licence_types=licence_types,
        valid_from=times[0],
        valid_to=times[1],
        state=state,
        compromised_at=times[2],
        use=use,
    )
