"""A region's status list as it stood at a past moment: asked for by a signed request, verified, never kept."""

import re
import secrets
from datetime import datetime
from typing import Final

from django.conf import settings

from certificates.adapters.node_keys import node_signer
from certificates.core.canonical import b64url
from certificates.core.errors import StatusListError
from certificates.core.status_list import MAX_TOKEN_BYTES, MEDIA_TYPE, VerifiedStatusList, verify_status_token
from verification.adapters.region_client import RegionReply, call_region
from verification.core.errors import MessageError
from verification.core.evidence import ListedStatus, Missing
from verification.core.message_signature import MessageRequest, sign_request
from verification.core.status_history import history_path
from verification.core.trust_keys import Purpose
from verification.core.trust_list import TrustedRegion
from verification.queries.node_keys import active_kid

UNAVAILABLE_THEN: Final = Missing(code="status.unavailable_then")
REFUSED_THEN: Final = Missing(code="status.refused_then")
_LIST: Final = re.compile(r"/status-lists/([0-9]{1,18})", re.ASCII)
_NONCE_BYTES: Final = 18
_OK, _FORBIDDEN = 200, 403


def peer_status_then(
    *, region: TrustedRegion, uri: str, as_of: datetime, matter_code: str, at: datetime
) -> ListedStatus | Missing:
    """This will give the list if the region signed it as of exactly that moment, under a status key in force now.

    It goes over the network and so outside of any transaction; it commits nothing. Whatever the region answers of
    another moment is not taken: an ordinary list would speak of today.
    """
    found = _LIST.fullmatch(uri.removeprefix(region.node_url)) if uri.startswith(region.node_url) else None
    if found is None:
        return Missing(code="status.other_list")  # a licence may not send us to just any address
    path = history_path(status_list_id=int(found[1]), as_of=as_of, matter_code=matter_code)
    try:
        reply = _asked(region, path, at)
        listed = _verified(reply, region, uri, as_of, at)
    except (MessageError, StatusListError):
        return UNAVAILABLE_THEN
    if listed is None:
        return REFUSED_THEN if reply.status == _FORBIDDEN else UNAVAILABLE_THEN
    return ListedStatus(region_code=region.code, listed=listed)


def _verified(
    reply: RegionReply, region: TrustedRegion, uri: str, as_of: datetime, at: datetime
) -> VerifiedStatusList | None:
    if reply.status != _OK or not reply.body.isascii():
        return None
    keys = region.keys_in_force(Purpose.STATUS, at=at)
    listed = verify_status_token(reply.body.decode("ascii"), uri=uri, keys=keys, at=as_of)
    # No tolerance for clocks: the moment was named by us.
    return listed if listed.iat <= as_of.timestamp() else None


def _asked(region: TrustedRegion, path: str, at: datetime) -> RegionReply:
    unsigned = MessageRequest(method="GET", target_uri=f"{region.node_url}{path}", headers=(), body=b"")
    headers = sign_request(
        request=unsigned,
        signer=node_signer(purpose="request", kid=active_kid(purpose="request")),
        created=at,
        nonce=b64url(secrets.token_bytes(_NONCE_BYTES)),
    )
    return call_region(
        method="GET",
        node_url=region.node_url,
        path=path,
        headers={"Accept": MEDIA_TYPE, **headers},
        timeout_seconds=settings.NODE.peer_timeout_seconds,
        max_bytes=MAX_TOKEN_BYTES,
    )
