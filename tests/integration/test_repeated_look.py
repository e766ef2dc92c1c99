"""The same request again is the same look: one answer and one entry, for a short time, to the same person."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from pytest_django import Settings

from accounts.core.permissions import Role
from certificates.services.reveal_seal_code import reveal_seal_code
from certificates.services.revoke_certificate import revoke_certificate
from tests.integration.factories import AT, make_node
from tests.integration.recognition_steps import World, counter, look, make_world, outcomes, shown_code
from tests.integration.threads import at_once
from tests.log_steps import kinds
from verification.core.errors import PolicyError
from verification.core.lookup_entry import EntryKind
from verification.services.publish_log import publish_log
from verification.services.sweep import sweep

pytestmark = pytest.mark.django_db


def test_the_same_request_again_gets_the_same_answer_and_no_second_entry(world: World, issued: UUID) -> None:
    code = shown_code(issued)
    first, again = look(code), look(code, at=AT + timedelta(seconds=120))

    assert json.dumps(first.body) == json.dumps(again.body)
    assert kinds() == [EntryKind.LOOKUP_VERIFIED]


def test_a_repeat_after_the_window_sees_the_revocation(world: World, issued: UUID) -> None:
    printed = reveal_seal_code(certificate_id=issued)
    assert outcomes(look(printed).body)[5] == ("passed", "status.valid")
    revoke_certificate(caller=world.node.officer, certificate_id=issued, reason_code="holder_request", at=AT)

    late = look(printed, at=AT + timedelta(seconds=121))

    assert outcomes(late.body)[5] == ("failed", "status.revoked")
    assert late == look(printed, at=AT + timedelta(seconds=150))  # the new answer is what a repeat gets now
    assert kinds() == [EntryKind.LOOKUP_VERIFIED] * 2


def test_the_same_key_after_the_answer_was_swept_is_a_new_look(world: World, issued: UUID) -> None:
    code, printed = shown_code(issued), reveal_seal_code(certificate_id=issued)
    first = [look(code), look(printed, key="look-0002"), look(code, key="look-0003", purpose="测试")]
    publish_log(at=AT)
    late = AT + timedelta(hours=25)
    assert sweep(at=late).answers == 3
    again = [
        look(code, at=late),
        look(printed, key="look-0002", at=late),
        look(code, key="look-0003", at=late, purpose="测试"),
    ]

    assert [answer.status for answer in again] == [200, 200, 403]
    assert outcomes(again[0].body)[6] == ("failed", "code.used")
    assert len({answer.body["lookup_id"] for answer in first + again}) == 6
    assert len(kinds()) == 6


def test_refuses_an_idempotency_key_used_for_another_body(world: World, issued: UUID) -> None:
    look(shown_code(issued))
    for later in (timedelta(0), timedelta(hours=23)):
        with pytest.raises(PolicyError) as refused:
            look(shown_code(issued), at=AT + later)
        assert refused.value.code == "idempotency.other_body"


def test_another_operators_repeat_is_another_request(world: World, issued: UUID) -> None:
    code = shown_code(issued)
    system = replace(counter("hz-counter-system"), kind=Role.AGENCY_SYSTEM, scopes=frozenset({"verifications:write"}))
    first = look(code, caller=system)

    assert look(code, caller=system) == first
    assert system.operator is not None
    for other in ({"name": "李四"}, {"post": "审核岗"}, {"unit": "四号窗口"}):
        with pytest.raises(PolicyError) as refused:
            look(code, caller=replace(system, operator=replace(system.operator, **other)))
        assert refused.value.code == "idempotency.other_body"


def test_keys_of_another_officer_are_others(world: World, issued: UUID) -> None:
    first = look(shown_code(issued))
    other = look(shown_code(issued), caller=counter("32"))
    assert first.body["lookup_id"] != other.body["lookup_id"]


@pytest.mark.django_db(transaction=True)
def test_one_request_sent_twenty_times_at_once_is_one_look(settings: Settings, node_folder: object) -> None:
    world = make_world(make_node(), settings)
    code = shown_code(world.node.issue())
    answers = at_once(20, lambda _: look(code))

    assert {json.dumps(one.body) for one in answers} == {json.dumps(answers[0].body)}
    assert answers[0].body["verdict"]["outcome"] == "valid"
    assert kinds() == [EntryKind.LOOKUP_VERIFIED]
