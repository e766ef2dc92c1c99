"""The next signed version of a status list (IETF Token Status List)."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from certificates.adapters.node_keys import node_signer
from certificates.core.certificate_states import ENDING_EVENTS
from certificates.core.errors import StatusListError
from certificates.core.status_list import BITS, Status, build_status_token, encode
from certificates.models import KeyState, NodeKey, StatusEntry, StatusList, StatusToken
from certificates.queries.status_lists import status_list_uri

logger = logging.getLogger(__name__)

_MOST_AHEAD = 30  # seconds; verifiers take lists that are up to 60 seconds from the future
_LIFETIME_TTLS = (
    10  # a token outlives its ttl, so that a verifier can say how stale it is; freshness is the ttl's matter
)
_KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedStatusList:
    """This will hold a signed version of a list; `iat` is whole seconds since 1970."""

    status_list_id: int
    iat: int
    token: str


def publish_status_list(*, status_list_id: int, at: datetime) -> PublishedStatusList:
    """This will sign the list as it stands and commit it as the newest version, alone or in the caller's transaction.

    `iat` rises strictly, also where versions follow each other within a second. Only in a burst that would carry it more
    than half a minute into the future, the newest version is replaced under its own `iat`, which verifiers accept too.
    Raises StatusListError `status_list.unknown|key`.
    """
    with transaction.atomic():
        # The row's lock makes versions of one list wait for each other.
        row = StatusList.objects.select_for_update().filter(pk=status_list_id).first()
        if row is None:
            raise StatusListError("status_list.unknown", "the node has no such status list")
        tokens = StatusToken.objects.filter(status_list=row)
        newest = tokens.order_by("-iat").values_list("iat", flat=True).first()
        iat = _next_iat(newest, int(at.timestamp()))
        token = _sign(row, iat)
        StatusToken.objects.update_or_create(status_list=row, iat=iat, defaults={"token": token})
        tokens.filter(iat__lt=iat - _KEPT_SECONDS).delete()
    return PublishedStatusList(status_list_id=row.pk, iat=iat, token=token)


def _next_iat(newest: int | None, now: int) -> int:
    if newest is None or newest < now:
        return now
    return newest + 1 if newest < now + _MOST_AHEAD else newest


def _sign(row: StatusList, iat: int) -> str:
    kid = NodeKey.objects.filter(purpose="status", state=KeyState.ACTIVE).values_list("kid", flat=True).first()
    if kid is None:
        raise StatusListError("status_list.key", "the node has no key for status lists: run manage.py init_node")
    ttl = settings.NODE.status_ttl
    return build_status_token(
        uri=status_list_uri(status_list_id=row.pk),
        lst=encode(_statuses(row), size=row.size),
        bits=BITS,
        iat=iat,
        exp=iat + _LIFETIME_TTLS * ttl,
        ttl=ttl,
        signer=node_signer(purpose="status", kid=kid),
    )


def _statuses(row: StatusList) -> dict[int, int]:
    """The entries that are not valid. What was revoked or superseded is invalid, whatever its entry says: revocation is one-way."""
    entries = StatusEntry.objects.filter(status_list=row)
    found = dict(entries.exclude(value=Status.VALID).values_list("index", "value"))
    ended = entries.exclude(value=Status.INVALID).filter(certificate__events__kind__in=ENDING_EVENTS)
    set_back = dict.fromkeys(ended.values_list("index", flat=True), int(Status.INVALID))
    if set_back:
        logger.error(
            "status.disagrees: %d ended certificates were set back; they stay invalid: see audit_log", len(set_back)
        )
    return found | set_back
