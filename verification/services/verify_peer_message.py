"""Is this message from a region that the trust list names, for us, now, and not seen before?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from verification.core.errors import MessageError, TrustListError
from verification.core.message_signature import MESSAGE_WINDOW, MessageRequest, VerifiedMessage, verify_request
from verification.core.trust_keys import Purpose
from verification.core.trust_list import TrustedRegion, TrustList
from verification.models import SpentNonce
from verification.queries.current_trust_list import current_trust_list
from verification.services.journal_refusal import journal_refusal

# A message dated a window ahead of our clock can be shown again until a window after that.
REMEMBERED_FOR: Final = 2 * MESSAGE_WINDOW + timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerMessage:
    """This will hold who signed a message, as the trust list names them, and what was verified."""

    region: TrustedRegion
    verified: VerifiedMessage


def verify_peer_message(*, message: MessageRequest, path: str, at: datetime) -> PeerMessage:
    """This will commit the message's nonce as spent and give its region; a refused message only counts in the journal.

    Raises MessageError `message.*`, TrustListError `trust_list.*`: the answer to that is unsigned, and no look-up.
    """
    try:
        trust_list = current_trust_list(at=at)
        regions = _regions_by_kid(trust_list, at)
        keys = {
            kid: key for region in regions.values() for kid, key in region.keys_in_force(Purpose.REQUEST, at=at).items()
        }
        verified = verify_request(
            message,
            keys=keys,
            at=at,
            expected_target_uri=f"{settings.NODE.node_url}{path}",
            seen_nonce=lambda keyid, nonce: not _spend_nonce(keyid, nonce, at),
        )
    except (MessageError, TrustListError) as refused:
        journal_refusal(code=refused.code, at=at)
        raise
    return PeerMessage(region=regions[verified.keyid], verified=verified)


def _regions_by_kid(trust_list: TrustList, at: datetime) -> dict[str, TrustedRegion]:
    # Our own key is not among them: a node that asks itself is somebody with our key or our answers.
    return {
        kid: region
        for region in trust_list.regions.values()
        if region.code != settings.NODE.region
        for kid in region.keys_in_force(Purpose.REQUEST, at=at)
    }


def _spend_nonce(keyid: str, nonce: str, at: datetime) -> bool:
    try:
        with transaction.atomic():
            SpentNonce.objects.create(keyid=keyid, nonce=nonce, expires_at=at + REMEMBERED_FOR)
    except IntegrityError:
        return False
    return True
