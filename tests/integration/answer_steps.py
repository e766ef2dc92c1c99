"""Steps shared by the tests of a province's questions: asked as Sichuan asks, and answers believed as Sichuan believes them."""

from typing import Any
from uuid import UUID

from tests.integration.factories import AT
from tests.integration.recognition_steps import World
from verification.core.message_signature import MessageResponse, verify_response
from verification.core.recognition_message import RecognitionAnswer, RecognitionAsk, read_answer
from verification.core.trust_keys import Purpose
from verification.core.trust_list import TrustedRegion
from verification.models import JournalHour
from verification.queries.current_trust_list import current_trust_list
from verification.services.answer_recognition import SignedAnswer, answer_recognition


def zhejiang() -> TrustedRegion:
    return current_trust_list(at=AT).region("330000")


def answered(world: World, ask: RecognitionAsk, *, at: Any = AT, **changes: Any) -> RecognitionAnswer:
    """Ask as Sichuan does, and verify the answer as Sichuan does."""
    message = world.message(ask, at=at, **changes)
    return believed(answer_recognition(message=message, at=at), message, ask.lookup_id, at=at)


def believed(signed: SignedAnswer, message: Any, lookup_id: UUID, *, at: Any = AT) -> RecognitionAnswer:
    response = MessageResponse(status=signed.status, headers=signed.headers, body=signed.body)
    verify_response(response, request=message, keys=zhejiang().keys_in_force(Purpose.ANSWER, at=at), at=at)
    return read_answer(signed.body, lookup_id=lookup_id)


def journalled() -> dict[str, int]:
    row = JournalHour.objects.first()
    return {} if row is None else dict(row.counts)
