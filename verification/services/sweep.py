"""Letting go of what is only remembered for a while: spent nonces, used assertions, and answers kept for a repeat."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts.services.forget_assertions import forget_assertions
from verification.models import SpentNonce, StoredAnswer

ANSWERS_KEPT_FOR: Final = timedelta(hours=24)  # a counter's software that lost an answer asks again the same day


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """This will count what was let go."""

    nonces: int
    answers: int
    assertions: int = 0


def sweep(*, at: datetime) -> Swept:
    """This will commit the removal of nonces and assertions that nobody could use any more, and of answers older than a day.

    The look-ups, entries and openings stay.
    """
    with transaction.atomic():
        nonces, _ = SpentNonce.objects.filter(expires_at__lt=at).delete()
        answers, _ = StoredAnswer.objects.filter(at__lt=at - ANSWERS_KEPT_FOR).delete()
        assertions = forget_assertions(at=at)
    return Swept(nonces=nonces, answers=answers, assertions=assertions)
