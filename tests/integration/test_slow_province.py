"""A province that answers late, not yet, or not at all: undetermined at first, completed under the same look."""

from dataclasses import replace

import pytest

from tests.integration.foreign_steps import look, verdict_of
from tests.integration.loopback_province import LoopbackProvince
from tests.integration.recognition_steps import World, outcomes, values
from tests.log_steps import kinds
from verification.core.lookup_entry import EntryKind
from verification.core.recognition_message import AnswerOutcome, RecognitionAnswer
from verification.models import Lookup, StoredAnswer
from verification.services import verify_foreign_code

pytestmark = [pytest.mark.django_db, pytest.mark.real_network]


@pytest.fixture
def world(world: World) -> World:
    """Our node waits for two seconds, generous for a loaded machine; a slow peer takes three."""
    world.settings.NODE = replace(world.settings.NODE, peer_timeout_seconds=2.0)
    return world


def test_a_timeout_is_undetermined_then_completed_under_the_same_id(sichuan: LoopbackProvince) -> None:
    sichuan.delays = [3.0]
    answer = look()

    assert verdict_of(answer) == "valid"
    assert kinds() == [EntryKind.LOOKUP_VERIFIED, EntryKind.LOOKUP_COMPLETED]
    late, done = Lookup.objects.order_by("entry__pk")
    assert (late.outcome, late.code) == ("undetermined", "peer.timeout")
    assert (done.completes_id, done.outcome) == (late.pk, "valid")
    assert {ask.lookup_id for ask in sichuan.asks} == {late.pk}
    assert StoredAnswer.objects.get().lookup_id == done.pk


def test_two_timeouts_are_undetermined(sichuan: LoopbackProvince) -> None:
    sichuan.delays = [3.0, 3.0]
    answer = look()

    assert verdict_of(answer) == "undetermined"
    assert outcomes(answer.body)[2] == ("undetermined", "peer.timeout")
    assert values(answer.body) == {}
    assert kinds() == [EntryKind.LOOKUP_VERIFIED, EntryKind.LOOKUP_COMPLETED]


def test_a_look_that_broke_off_after_its_timeout_is_completed_by_the_next_try(
    sichuan: LoopbackProvince, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise SystemExit

    sichuan.delays = [3.0]
    monkeypatch.setattr(verify_foreign_code, "_told", killed)
    with pytest.raises(SystemExit):
        look()
    monkeypatch.undo()
    answer = look()
    assert verdict_of(answer) == "valid"
    assert {ask.lookup_id for ask in sichuan.asks} == {sichuan.asks[0].lookup_id}
    assert kinds() == [EntryKind.LOOKUP_VERIFIED, EntryKind.LOOKUP_COMPLETED]
    assert Lookup.objects.exclude(completes=None).count() == 1


@pytest.mark.parametrize("delays", [[], [3.0], [3.0, 3.0]])
def test_the_same_key_after_the_answer_was_swept_asks_for_a_new_look(
    sichuan: LoopbackProvince, delays: list[float]
) -> None:
    sichuan.delays = list(delays)
    look()
    asked_before = {ask.lookup_id for ask in sichuan.asks}
    StoredAnswer.objects.all().delete()
    look()
    assert sichuan.asks[-1].lookup_id not in asked_before
    assert kinds()[-1] is EntryKind.LOOKUP_VERIFIED
    assert Lookup.objects.exclude(completes=None).count() == bool(delays)


def test_an_unreachable_province_is_undetermined(world: World) -> None:
    answer = look()
    assert verdict_of(answer) == "undetermined"
    assert outcomes(answer.body)[2] == ("undetermined", "peer.unreachable")
    assert kinds() == [EntryKind.LOOKUP_VERIFIED]


def test_a_pending_answer_is_undetermined(sichuan: LoopbackProvince) -> None:
    sichuan.answer = lambda ask, _: RecognitionAnswer(
        outcome=AnswerOutcome.PENDING, lookup_id=ask.lookup_id, code="peer.pending"
    )
    assert outcomes(look().body)[2] == ("undetermined", "peer.pending")
