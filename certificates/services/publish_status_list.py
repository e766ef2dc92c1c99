"""The next signed version of a status list (IETF Token Status List)."""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from certificates.core import status_decoys
from certificates.core.errors import StatusListError
from certificates.core.status_bits import BITS, StatusBits, flip_all
from certificates.core.status_list import Status
from certificates.models import StatusChange, StatusList, StatusToken
from certificates.services.check_status_list import disagreements
from certificates.services.sign_status_list import sign_status_list

logger = logging.getLogger(__name__)

CHECK_EVERY: Final = timedelta(minutes=10)  # what somebody set back by hand in the bits stands at most so long
_MOST_AHEAD: Final = 30  # seconds; verifiers take lists that are up to 60 seconds from the future
_KEPT_SECONDS: Final = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedStatusList:
    """This will hold a signed version of a list; `iat` is whole seconds since 1970."""

    status_list_id: int
    iat: int
    token: str


def publish_status_list(
    *, status_list_id: int, at: datetime, changes: Mapping[int, int] | None = None
) -> PublishedStatusList:
    """This will sign the list with `changes` (value by index) made, and commit it as the newest version, alone or in the
    caller's transaction.

    The kept bits are changed, never built anew. Without `changes` they are held against entries and events first.
    `iat` rises strictly, also where versions follow each other within a second. Only in a burst that would carry it more
    than half a minute into the future, the newest version is replaced under its own `iat`, which verifiers accept too.
    Raises StatusListError `status_list.unknown|key|one_way|index|value`.
    """
    with transaction.atomic():
        # The row's lock makes versions of one list wait for each other.
        row = StatusList.objects.select_for_update().filter(pk=status_list_id).first()
        if row is None:
            raise StatusListError("status_list.unknown", "the node has no such status list")
        if changes is None:
            changes = _checked(row, at)
        _change(row, changes, at)
        tokens = StatusToken.objects.filter(status_list=row)
        newest = tokens.order_by("-iat").values_list("iat", flat=True).first()
        iat = _next_iat(newest, int(at.timestamp()))
        signed = sign_status_list(status_list_id=row.pk, packed=bytes(row.packed), iat=iat)
        StatusToken.objects.update_or_create(
            status_list=row, iat=iat, defaults={"token": signed.jwt, "cwt": signed.cwt}
        )
        tokens.filter(iat__lt=iat - _KEPT_SECONDS).delete()
    return PublishedStatusList(status_list_id=row.pk, iat=iat, token=signed.jwt)


def _next_iat(newest: int | None, now: int) -> int:
    if newest is None or newest < now:
        return now
    return newest + 1 if newest < now + _MOST_AHEAD else newest


def _checked(row: StatusList, at: datetime) -> Mapping[int, int]:
    found = disagreements(row)
    if found.indices:
        logger.error("status.disagrees: %d places do not say what was logged: see audit_log", len(found.indices))
    StatusList.objects.filter(pk=row.pk).update(checked_at=at)
    return found.changes


def _change(row: StatusList, changes: Mapping[int, int], at: datetime) -> None:
    """Decoys move with a change, in the same commit, so that no version tells how many licences it is about."""
    if not changes:
        return
    kept = StatusBits(bits=BITS, data=bytes(row.packed))
    if any(kept.get(index) == Status.INVALID != value for index, value in changes.items()):
        raise StatusListError("status_list.one_way", "what was revoked is never valid again")
    decoys = status_decoys.read_stored(bytes(row.decoys))
    moved = {**status_decoys.moves(decoys, value_of=kept.get, below=secrets.randbelow), **changes}
    row.packed = flip_all(kept.data, moved)
    row.save(update_fields=["packed"])
    StatusChange.objects.bulk_create(
        StatusChange(status_list=row, index=index, value=value, at=at) for index, value in moved.items()
    )
