"""Another region asks for the answer to its own look-up once more, by the look-up's id."""

from datetime import datetime
from uuid import UUID

from certificates.core.errors import ERASED_CODES, CipherError
from verification.core.message_signature import MessageRequest
from verification.core.recognition_message import LOOKUPS_PATH, AnswerOutcome, RecognitionAnswer, write_answer
from verification.core.repeats import is_repeat
from verification.queries.stored_answers import SealedAnswer
from verification.services.record_release import open_release, stored_release
from verification.services.sign_peer_answer import SignedAnswer, sign_peer_answer
from verification.services.verify_peer_message import verify_peer_message


def recognition_result(*, lookup_id: UUID, message: MessageRequest, at: datetime) -> SignedAnswer:
    """This will give the stored answer for 120 s, signed for this request; it commits the message's nonce only.

    Afterwards, for a look-up of another region, and once the licence was erased, the signed answer is refused with `lookup.unknown`. Raises
    MessageError `message.*`, TrustListError `trust_list.*`.
    """
    peer = verify_peer_message(message=message, path=f"{LOOKUPS_PATH}/{lookup_id}", at=at)
    found = stored_release(peer_region=peer.region.code, lookup_id=lookup_id)
    body = None if found is None or not is_repeat(answered_at=found.at, at=at) else _opened(found)
    if body is None:
        unknown = RecognitionAnswer(outcome=AnswerOutcome.REFUSED, lookup_id=lookup_id, code="lookup.unknown")
        body = write_answer(unknown)
    return sign_peer_answer(body=body, message=message, at=at)


def _opened(found: SealedAnswer) -> bytes | None:
    try:
        return open_release(found)
    except CipherError as refused:
        if refused.code not in ERASED_CODES:
            raise
        return None
