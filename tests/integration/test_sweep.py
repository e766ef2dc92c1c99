"""What is remembered for a while only is let go; what proves something stays."""

from datetime import timedelta
from uuid import UUID

import pytest
from pytest_django import Settings

from tests.integration.factories import AT, Node
from tests.integration.recognition_steps import asked, counter, make_world, shown_code
from verification.models import LogEntry, Lookup, LookupDetail, SpentNonce, StoredAnswer
from verification.services.answer_recognition import answer_recognition
from verification.services.sweep import ANSWERS_KEPT_FOR, Swept, sweep
from verification.services.verify_presentation import verify_presentation

pytestmark = pytest.mark.django_db


def test_lets_go_of_nonces_and_answers_when_their_time_is_over(node: Node, issued: UUID, settings: Settings) -> None:
    world = make_world(node, settings)
    verify_presentation(caller=counter(), request=asked(shown_code(issued)), idempotency_key="sweep-01", at=AT)
    answer_recognition(message=world.message(world.ask(shown_code(issued))), at=AT)

    assert sweep(at=AT + timedelta(seconds=120)) == Swept(nonces=0, answers=0)
    assert SpentNonce.objects.count() == 1  # a message dated a minute ahead could still come again
    assert sweep(at=AT + timedelta(seconds=181)) == Swept(nonces=1, answers=0)
    assert sweep(at=AT + ANSWERS_KEPT_FOR + timedelta(seconds=1)) == Swept(nonces=0, answers=2)
    assert (StoredAnswer.objects.count(), Lookup.objects.count(), LogEntry.objects.count()) == (0, 2, 2)
    assert LookupDetail.objects.exclude(sealed_openings=None).count() == 2
