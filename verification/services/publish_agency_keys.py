"""Publish the region's signed bundle of agency keys, by which peers and offline checkers resolve credential and seal-code keys."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from certificates.adapters.node_keys import node_signer
from certificates.core.canonical import canonical_json
from certificates.models import IssuerKey
from certificates.queries.revocation_lists import newest_revocation_lists
from verification.core.agency_keys import AgencyKey, build_agency_keys
from verification.models import AgencyKeyBundle
from verification.queries.node_keys import active_kid
from verification.queries.own_agency_keys import agency_key_of

LIFETIME: Final = timedelta(days=30)
RENEW_BEFORE: Final = timedelta(days=15)  # a node that is down for a fortnight still serves a bundle in force


def publish_agency_keys(*, at: datetime) -> int:
    """This will sign and commit a new version if the keys changed or the last one ends soon, and give the version in force."""
    rows = IssuerKey.objects.select_related("agency").filter(from_at__isnull=False).exclude(chain_der=[])
    keys = [agency_key_of(row) for row in rows.order_by("pk")]
    lists = newest_revocation_lists()
    digest = _content_digest(keys, lists)
    with transaction.atomic():
        newest = AgencyKeyBundle.objects.order_by("-version").first()
        if newest and newest.content_digest == digest and newest.expires_at - at > RENEW_BEFORE:
            return newest.version
        version = max(int(at.timestamp()), newest.version + 1 if newest else 0)
        expires_at = at.replace(microsecond=0) + LIFETIME
        bundle = build_agency_keys(
            region_code=settings.NODE.region,
            version=version,
            issued_at=at,
            expires_at=expires_at,
            keys=keys,
            crls=lists,
            signer=node_signer(purpose="bundle", kid=active_kid(purpose="bundle")),
        )
        AgencyKeyBundle.objects.create(
            version=version, bundle=bundle, content_digest=digest, expires_at=expires_at, at=at
        )
    return version


def _content_digest(keys: Iterable[AgencyKey], lists: Iterable[bytes]) -> str:
    content: list[object] = [hashlib.sha256(der).hexdigest() for der in lists]
    content += [
        [key.kid, key.agency_name_zh, key.agency_name_en, sorted(key.licence_types), key.use.value, key.state.value]
        + [str(time) for time in (key.valid_from, key.valid_to, key.compromised_at)]
        for key in keys
    ]
    return hashlib.sha256(canonical_json(content)).hexdigest()
