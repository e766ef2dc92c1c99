"""A status list as it stood at a past moment (IETF Token Status List, historical resolution)."""

from datetime import datetime
from typing import Final

from django.conf import settings

from certificates.core.errors import StatusListError
from certificates.core.status_bits import pack
from certificates.models import StatusChange, StatusList
from certificates.services.sign_status_list import SignedStatusList, sign_status_list

_LAST_ID: Final = 2**31 - 1


def sign_past_status_list(*, status_list_id: int, as_of: datetime, at: datetime) -> SignedStatusList:
    """This will rebuild a list from its remembered changes and sign it for the one ttl from `as_of` on; it writes nothing.

    Decoys stand in it as they stood then. Raises StatusListError `status_list.unknown|key`, and `status_list.time` for a moment before the
    list began or after `at`.
    """
    lists = StatusList.objects.filter(pk=status_list_id) if status_list_id <= _LAST_ID else StatusList.objects.none()
    found = lists.values_list("size", "created_at").first()
    if found is None:
        raise StatusListError("status_list.unknown", "the node has no such status list")
    size, created_at = found
    if not created_at <= as_of <= at:
        raise StatusListError("status_list.time", "the list does not reach to this moment")
    changes = StatusChange.objects.filter(status_list=status_list_id, at__lte=as_of).order_by("pk")
    then = dict(changes.values_list("index", "value"))
    return sign_status_list(
        status_list_id=status_list_id,
        packed=pack(then, size=size),
        iat=int(as_of.timestamp()),
        lifetime_seconds=settings.NODE.status_ttl,
    )
