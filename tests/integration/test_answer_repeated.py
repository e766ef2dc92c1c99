"""A province that asks again, its answer lost, gets the same bytes for two minutes, and nothing is looked at twice."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from certificates.core.grains import Grain
from certificates.models import Presentation
from tests.integration.answer_steps import answered, believed
from tests.integration.factories import AT, make_node
from tests.integration.recognition_steps import WANTED, World, make_world, shown_code
from tests.integration.threads import at_once
from tests.log_steps import kinds
from tests.unit.verification.province import p256, signer_of
from verification.core.errors import MessageError
from verification.core.lookup_entry import EntryKind
from verification.core.recognition_message import LOOKUPS_PATH
from verification.models import Lookup
from verification.services.answer_recognition import answer_recognition
from verification.services.recognition_result import recognition_result

pytestmark = pytest.mark.django_db


def test_a_repeat_within_two_minutes_gets_the_same_bytes_and_no_second_entry(world: World, issued: UUID) -> None:
    ask = world.ask(shown_code(issued))
    first = answer_recognition(message=world.message(ask), at=AT)
    later = AT + timedelta(seconds=119)
    message = world.message(ask, at=later)
    again = answer_recognition(message=message, at=later)

    assert again.body == first.body
    assert believed(again, message, ask.lookup_id, at=later).outcome == "released"
    assert kinds() == [EntryKind.LOOKUP_ANSWERED]


def test_refuses_a_repeat_after_two_minutes(world: World, issued: UUID) -> None:
    ask = world.ask(shown_code(issued))
    answered(world, ask)
    again = answered(world, ask, at=AT + timedelta(seconds=121))

    assert (again.outcome, again.code, again.credential) == ("refused", "code.used", None)
    assert kinds() == [EntryKind.LOOKUP_ANSWERED, EntryKind.LOOKUP_REFUSED]


def test_refuses_another_body_under_the_same_lookup_id(world: World, issued: UUID) -> None:
    ask = world.ask(shown_code(issued))
    answered(world, ask)
    again = answered(world, replace(ask, fields={**WANTED, "employer": Grain.FULL}))

    assert (again.outcome, again.code) == ("refused", "code.used")
    assert Lookup.objects.count() == 2


def test_refuses_a_lookup_id_that_stands_for_another_look(world: World, issued: UUID) -> None:
    Lookup.objects.create(id=(taken := uuid4()), side="home", caller="counter_officer:1", outcome="valid", at=AT)
    answer = answered(world, world.ask(shown_code(issued), lookup_id=taken))

    assert answer.code == "code.used"
    assert Presentation.objects.get().spent_at is None


def test_the_result_can_be_asked_for_again_for_two_minutes_by_its_own_province(world: World, issued: UUID) -> None:
    ask = world.ask(shown_code(issued))
    first = answer_recognition(message=world.message(ask), at=AT)
    path = f"{LOOKUPS_PATH}/{ask.lookup_id}"

    def result(at: Any) -> bytes:
        message = world.message(b"", at=at, path=path, method="GET")
        return recognition_result(lookup_id=ask.lookup_id, message=message, at=at).body

    assert result(AT + timedelta(seconds=100)) == first.body
    assert json.loads(result(AT + timedelta(seconds=121)))["code"] == "lookup.unknown"
    assert kinds() == [EntryKind.LOOKUP_ANSWERED]
    stranger = world.message(b"", path=path, method="GET", signer=signer_of(p256()))
    with pytest.raises(MessageError):
        recognition_result(lookup_id=ask.lookup_id, message=stranger, at=AT)


@pytest.mark.django_db(transaction=True)
def test_ten_repeats_at_once_are_one_entry_and_the_same_bytes(settings: Settings, node_folder: object) -> None:
    world = make_world(make_node(), settings)
    ask = world.ask(shown_code(world.node.issue()))
    messages = [world.message(ask) for _ in range(10)]
    answers = at_once(10, lambda number: answer_recognition(message=messages[number], at=AT))

    assert {one.body for one in answers} == {answers[0].body}
    assert kinds() == [EntryKind.LOOKUP_ANSWERED]
