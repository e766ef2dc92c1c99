"""Only a province of the trust list is heard, under its key for questions, now and once; nobody else leaves an entry."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from certificates.adapters.node_keys import node_signer
from certificates.core.canonical import canonical_json
from certificates.core.grains import Grain
from certificates.models import Presentation
from tests.integration.answer_steps import journalled, zhejiang
from tests.integration.factories import AT
from tests.integration.recognition_steps import WANTED, World, shown_code
from tests.log_steps import kinds
from tests.unit.verification.province import p256, signer_of
from verification.core.errors import MessageError, TrustListError
from verification.core.lookup_entry import EntryKind
from verification.core.recognition_message import LOOKUPS_PATH, write_ask
from verification.core.trust_keys import Purpose
from verification.models import SpentNonce
from verification.queries.node_keys import active_kid
from verification.services.answer_recognition import answer_recognition

pytestmark = pytest.mark.django_db


def refusal(world: World, message: Any, *, at: Any = AT) -> str:
    with pytest.raises((MessageError, TrustListError)) as refused:
        answer_recognition(message=message, at=at)
    assert kinds() == []
    assert list(journalled()) == [refused.value.code]
    return refused.value.code


def test_refuses_a_province_that_the_trust_list_does_not_name(world: World, issued: UUID) -> None:
    world.trust(without_sichuan=True)
    assert refusal(world, world.message(world.ask(shown_code(issued)))) == "message.key_unknown"


def test_refuses_a_request_under_a_key_for_another_purpose(world: World, issued: UUID) -> None:
    message = world.message(world.ask(shown_code(issued)), signer=world.sichuan.signer(Purpose.ANSWER))
    assert refusal(world, message) == "message.key_unknown"


def test_refuses_a_request_under_the_nodes_own_key(world: World, issued: UUID) -> None:
    signer = node_signer(purpose="request", kid=active_kid(purpose="request"))
    assert refusal(world, world.message(world.ask(shown_code(issued)), signer=signer)) == "message.key_unknown"


def test_refuses_a_request_signed_by_an_impostor_under_the_provinces_key_id(world: World, issued: UUID) -> None:
    impostor = replace(signer_of(p256()), kid=world.sichuan.signer(Purpose.REQUEST).kid)
    assert refusal(world, world.message(world.ask(shown_code(issued)), signer=impostor)) == "message.signature"


def test_refuses_a_replayed_request(world: World, issued: UUID) -> None:
    message = world.message(world.ask(shown_code(issued)))
    answer_recognition(message=message, at=AT)
    with pytest.raises(MessageError) as refused:
        answer_recognition(message=message, at=AT + timedelta(seconds=1))

    assert refused.value.code == "message.replay"
    assert kinds() == [EntryKind.LOOKUP_ANSWERED]
    assert journalled() == {"message.replay": 1}
    assert SpentNonce.objects.get().expires_at >= AT + timedelta(seconds=120)


@pytest.mark.parametrize("seconds", [61, -61])
def test_refuses_a_request_61_seconds_old_or_early(world: World, issued: UUID, seconds: int) -> None:
    message = world.message(world.ask(shown_code(issued)), at=AT - timedelta(seconds=seconds))
    assert refusal(world, message) == "message.created"


def test_refuses_a_request_whose_body_was_changed(world: World, issued: UUID) -> None:
    ask = world.ask(shown_code(issued))
    message = world.message(ask)
    changed = replace(message, body=write_ask(replace(ask, fields={**WANTED, "birth_date": Grain.FULL})))
    assert refusal(world, changed) == "message.digest"


def test_refuses_a_request_signed_for_another_node(world: World, issued: UUID) -> None:
    message = world.message(world.ask(shown_code(issued)), node_url="https://gd.example")
    assert refusal(world, message) == "message.target"
    forwarded = replace(message, target_uri=f"{world.settings.NODE.node_url}{LOOKUPS_PATH}")
    with pytest.raises(MessageError) as refused:
        answer_recognition(message=forwarded, at=AT)
    assert refused.value.code == "message.signature"


def test_refuses_everybody_when_the_trust_list_has_expired(world: World, issued: UUID) -> None:
    assert zhejiang()  # verified and cached while it was in force
    late = AT + timedelta(days=91)
    message = world.message(world.ask("HZP1:330000:ABCDEFGHIJKLMNOPQRSTUVWXYZ"), at=late)
    assert refusal(world, message, at=late) == "trust_list.expired"


@pytest.mark.parametrize(
    "change",
    [
        {"lookup_id": "not-a-uuid"},
        {"fields": {"holder_name": "everything"}},
        {"fields": ["holder_name"]},
        {"agency": {"uscc": "1", "name": "x"}},
        {"extra": "member"},
        {"operator": None},
    ],
)
def test_refuses_a_body_of_another_form(world: World, issued: UUID, change: dict[str, Any]) -> None:
    members = json.loads(write_ask(world.ask(shown_code(issued)))) | change
    assert refusal(world, world.message(canonical_json(members))) == "recognition.body"
    assert Presentation.objects.get().spent_at is None
