"""Another region's counter scanned a code of ours: answer it, once, recorded before the answer leaves."""

from datetime import datetime
from typing import Final
from uuid import uuid4

from django.db import IntegrityError, transaction

from certificates.core.errors import ERASED_CODES, CipherError
from verification.core.errors import MessageError
from verification.core.message_signature import MessageRequest
from verification.core.recognition_message import LOOKUPS_PATH, RecognitionAsk, read_ask
from verification.core.repeats import is_repeat
from verification.queries.own_licences import licence_of_code
from verification.queries.stored_answers import SealedAnswer, is_lookup
from verification.services.journal_refusal import journal_refusal
from verification.services.record_release import open_release, record_release, stored_release
from verification.services.release_credential import Released, release_credential
from verification.services.sign_peer_answer import SignedAnswer, sign_peer_answer
from verification.services.verify_peer_message import verify_peer_message

__all__ = ["SignedAnswer", "answer_recognition"]

_USED: Final = "code.used"
_ERASED: Final = "code.erased"


def answer_recognition(*, message: MessageRequest, at: datetime) -> SignedAnswer:
    """This will commit code spent, record and answer together, and only then give the answer, signed for this request.

    A freshly signed repeat of region, look-up id and body within 120 s gets the same bytes and no second entry; anything
    else under that id is `code.used`. Refusals to a known region are recorded and answered, signed. Raises MessageError
    `message.*`, `recognition.body`, TrustListError `trust_list.*` (journal only), LogError `log.stalled`.
    """
    peer = verify_peer_message(message=message, path=LOOKUPS_PATH, at=at)
    try:
        ask = read_ask(message.body)
    except MessageError as refused:
        journal_refusal(code=refused.code, at=at)
        raise
    body = _answered(ask, peer_region=peer.region.code, digest=peer.verified.body_digest, at=at)
    return sign_peer_answer(body=body, message=message, at=at)


def _answered(ask: RecognitionAsk, *, peer_region: str, digest: bytes, at: datetime) -> bytes:
    try:
        with transaction.atomic():
            return _answer(ask, peer_region=peer_region, digest=digest, at=at)
    except IntegrityError:
        # The same request came twice at one moment; the other one's answer is the answer.
        with transaction.atomic():
            return _answer(ask, peer_region=peer_region, digest=digest, at=at)


def _answer(ask: RecognitionAsk, *, peer_region: str, digest: bytes, at: datetime) -> bytes:
    earlier = stored_release(peer_region=peer_region, lookup_id=ask.lookup_id)
    code = _USED
    if earlier is not None and _is_repeat(earlier, digest, at):
        try:
            return open_release(earlier)
        except CipherError as refused:
            if refused.code not in ERASED_CODES:
                raise
            code = _ERASED
    is_taken = earlier is not None or is_lookup(lookup_id=ask.lookup_id)
    if is_taken:
        released = Released(owned=licence_of_code(text=ask.presentation), code=code)
    else:
        released = release_credential(ask=ask, peer_region=peer_region, digest=digest, at=at)
    return record_release(
        ask=ask,
        released=released,
        peer_region=peer_region,
        digest=digest,
        lookup_id=uuid4() if is_taken else ask.lookup_id,
        keep=not is_taken,
        at=at,
    )


def _is_repeat(earlier: SealedAnswer, digest: bytes, at: datetime) -> bool:
    return earlier.request_digest == digest and is_repeat(answered_at=earlier.at, at=at)
