"""Was it valid on that day? At home and from another province, where the matter allows it, recorded, and never an answer about now."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from certificates.core.status_list import Status
from certificates.services.disclose_credential import disclose_credential
from certificates.services.reinstate_certificate import reinstate_certificate
from certificates.services.reveal_seal_code import reveal_seal_code
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.suspend_certificate import suspend_certificate
from tests.integration.factories import AT, Node, reason_for
from tests.integration.loopback_province import LoopbackProvince
from tests.integration.recognition_steps import (
    SICHUAN,
    WANTED,
    World,
    asked,
    counter,
    issued_in_log,
    outcomes,
    shown_code,
    values,
)
from tests.unit.verification.province import p256, signer_of
from verification.core.errors import PolicyError
from verification.core.lookup_members import Member
from verification.core.past_codes import ONLY_THEN
from verification.core.receipt import unverified_promise
from verification.core.recognition_message import read_answer
from verification.models import Lookup, LookupDetail, Matter, UsageRule
from verification.services.answer_recognition import answer_recognition
from verification.services.asked import VerificationAnswer
from verification.services.lookup_openings import open_sealed
from verification.services.publish_log import publish_log
from verification.services.verify_presentation import verify_presentation

pytestmark = pytest.mark.django_db

CODE = f"HZP1:{SICHUAN}:ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NOW = AT + timedelta(days=20)
WHEN_ACCEPTED = AT + timedelta(days=5)


@pytest.fixture
def issued(node: Node, world: World) -> UUID:
    return issued_in_log(node)


@pytest.fixture
def credential(world: World, issued: UUID) -> str:
    return disclose_credential(certificate_id=issued, grains=WANTED).sd_jwt


def look(
    presentation: str, *, as_of: datetime | None = WHEN_ACCEPTED, key: str = "then-0001", at: datetime = NOW
) -> VerificationAnswer:
    publish_log(at=at)  # what happened since then stands in the log
    request = asked(presentation, as_of=as_of)
    return verify_presentation(caller=counter(), request=request, idempotency_key=key, at=at)


def opened(lookup_id: str) -> dict[str, Any]:
    detail = LookupDetail.objects.get(lookup=lookup_id)
    assert detail.sealed_openings is not None
    found = open_sealed(bytes(detail.sealed_openings), key_subject=detail.key_subject, lookup_id=UUID(lookup_id))
    return {name: one.value for name, one in found.items()}


def status_of(answer: VerificationAnswer) -> str:
    return outcomes(answer.body)[5][1]


def test_a_licence_revoked_since_was_valid_then_and_the_answer_does_not_tell_what_became_of_it(
    node: Node, credential: str, issued: UUID
) -> None:
    before = look(credential, key="before")
    revoke_certificate(caller=node.officer, certificate_id=issued, reason_code="penalty", at=NOW)

    answer = look(credential, key="after")

    assert status_of(answer) == "status.valid_then"
    assert outcomes(answer.body)[4] == ("passed", "validity.in_force_then")
    verdict = answer.body["verdict"]
    assert (verdict["as_of"], verdict["note"]["code"]) == ("2026-11-28T01:00:00Z", ONLY_THEN)
    assert verdict == before.body["verdict"]  # nothing tells the two apart
    assert "revoked" not in json.dumps(verdict)
    assert status_of(look(credential, as_of=None, key="now")) == "status.revoked"


def test_the_look_is_recorded_with_the_moment_that_it_asked_about(credential: str) -> None:
    answer = look(credential)

    members = opened(answer.body["lookup_id"])
    assert members[Member.AS_OF] == "2026-11-28T01:00:00Z"
    assert members[Member.VERDICT]["as_of"] == members[Member.AS_OF]
    assert unverified_promise(answer.body["receipt"])
    assert Lookup.objects.filter(pk=answer.body["lookup_id"]).exists()
    assert Member.AS_OF not in opened(look(credential, as_of=None, key="now").body["lookup_id"])


def test_refuses_what_was_suspended_then_and_passes_what_was_reinstated_then(
    node: Node, credential: str, issued: UUID
) -> None:
    day = timedelta(days=1)
    for days, act in ((3, suspend_certificate), (4, reinstate_certificate), (6, suspend_certificate)):
        act(caller=node.officer, certificate_id=issued, reason_code=reason_for(act), at=AT + days * day)

    told = {days: status_of(look(credential, as_of=AT + days * day, key=f"day-{days}")) for days in (2, 3, 4, 5, 6, 7)}

    assert told == {
        2: "status.valid_then",
        3: "status.suspended_then",
        4: "status.valid_then",
        5: "status.valid_then",
        6: "status.suspended_then",
        7: "status.suspended_then",
    }


def test_refuses_what_was_revoked_before_that_day(node: Node, credential: str, issued: UUID) -> None:
    revoke_certificate(caller=node.officer, certificate_id=issued, reason_code="penalty", at=WHEN_ACCEPTED)
    answer = look(credential)
    assert answer.body["verdict"]["outcome"] == "invalid"
    assert status_of(answer) == "status.revoked_then"
    assert values(answer.body) == {}
    assert status_of(look(credential, as_of=WHEN_ACCEPTED - timedelta(seconds=1), key="before")) == "status.valid_then"


def test_refuses_a_moment_before_the_licence_was_issued(credential: str) -> None:
    answer = look(credential, as_of=AT - timedelta(days=10))
    assert answer.body["verdict"]["outcome"] == "invalid"
    assert outcomes(answer.body)[4] == ("failed", "validity.not_yet_then")
    assert outcomes(answer.body)[5] == ("undetermined", "status.not_issued_then")


def test_a_printed_code_is_judged_as_of_then(node: Node, world: World, issued: UUID) -> None:
    text = reveal_seal_code(certificate_id=issued)
    revoke_certificate(caller=node.officer, certificate_id=issued, reason_code="penalty", at=NOW)
    assert status_of(look(text)) == "status.valid_then"


@pytest.mark.parametrize(
    ("as_of", "code"),
    [
        (NOW + timedelta(seconds=1), "request.as_of_future"),
        (NOW - timedelta(days=366), "request.as_of_too_old"),
    ],
)
def test_refuses_a_moment_that_may_not_be_asked_about_and_records_the_refusal(
    credential: str, as_of: datetime, code: str
) -> None:
    answer = look(credential, as_of=as_of)
    assert (answer.status, answer.body["code"]) == (403, code)
    assert opened(answer.body["lookup_id"])[Member.REFUSAL] == code


def test_refuses_a_matter_that_does_not_ask_about_the_past(credential: str) -> None:
    Matter.objects.update(past_days=0)
    answer = look(credential)
    assert (answer.status, answer.body["code"]) == (403, "matter.past_not_allowed")
    assert look(credential, as_of=None, key="now").status == 200


def test_refuses_to_go_back_further_than_the_node_allows(world: World, credential: str) -> None:
    world.settings.NODE = type(world.settings.NODE)(
        **{name: getattr(world.settings.NODE, name) for name in world.settings.NODE.__slots__} | {"as_of_days": 10}
    )
    assert look(credential).body["code"] == "request.as_of_too_old"


def test_an_answer_about_then_is_not_given_for_a_question_about_now(credential: str) -> None:
    look(credential)
    with pytest.raises(PolicyError) as refused:
        look(credential, as_of=None)
    assert refused.value.code == "idempotency.other_body"


def test_another_province_asks_about_then_and_gets_a_release_for_that_moment_alone(world: World, issued: UUID) -> None:
    text = shown_code(issued, at=NOW)
    ask = world.ask(text, as_of=WHEN_ACCEPTED)

    publish_log(at=NOW)
    signed = answer_recognition(message=world.message(ask, at=NOW), at=NOW)

    answer = read_answer(signed.body, lookup_id=ask.lookup_id)
    assert answer.release is not None
    assert opened(str(ask.lookup_id))[Member.AS_OF] == "2026-11-28T01:00:00Z"


def test_refuses_another_province_a_moment_that_it_may_not_ask_about(world: World, issued: UUID) -> None:
    publish_log(at=NOW)
    for as_of, code in (
        (AT - timedelta(days=1), "status.not_issued_then"),
        (NOW + timedelta(seconds=1), "request.as_of_future"),
        (AT - timedelta(days=5000), "request.as_of_too_old"),
    ):
        ask = world.ask(shown_code(issued, at=NOW), as_of=as_of)
        signed = answer_recognition(message=world.message(ask, at=NOW), at=NOW)
        assert read_answer(signed.body, lookup_id=ask.lookup_id).code == code


def test_refuses_another_province_the_past_where_the_usage_list_does_not_give_it(world: World, issued: UUID) -> None:
    UsageRule.objects.update(past_dates=False)
    ask = world.ask(shown_code(issued, at=NOW), as_of=WHEN_ACCEPTED)
    publish_log(at=NOW)
    signed = answer_recognition(message=world.message(ask, at=NOW), at=NOW)
    assert read_answer(signed.body, lookup_id=ask.lookup_id).code == "usage.past_not_allowed"


def test_refuses_to_release_what_was_suspended_then_though_it_is_valid_now(
    world: World, node: Node, issued: UUID
) -> None:
    suspend_certificate(caller=node.officer, certificate_id=issued, reason_code="investigation", at=WHEN_ACCEPTED)
    reinstate_certificate(
        caller=node.officer, certificate_id=issued, reason_code="cleared", at=WHEN_ACCEPTED + timedelta(days=1)
    )
    told = {}
    for name, as_of in (("then", WHEN_ACCEPTED), ("now", None)):
        ask = world.ask(shown_code(issued, at=NOW), as_of=as_of)
        publish_log(at=NOW)
        signed = answer_recognition(message=world.message(ask, at=NOW), at=NOW)
        told[name] = read_answer(signed.body, lookup_id=ask.lookup_id).code
    assert told == {"then": "status.suspended_then", "now": None}


class TestForeign:
    """A licence of Sichuan at a counter of Zhejiang: the status of then comes from Sichuan, asked for and signed."""

    def seen(self, province: LoopbackProvince, text: str, *, key: str = "foreign-1") -> VerificationAnswer:
        return look(text, as_of=AT - timedelta(minutes=30), key=key, at=AT)

    def test_the_region_is_asked_for_the_list_of_then_by_a_signed_request(self, sichuan: LoopbackProvince) -> None:
        answer = self.seen(sichuan, sichuan.seal_code())

        assert status_of(answer) == "status.valid_then"
        (path,) = sichuan.histories
        moment = int((AT - timedelta(minutes=30)).timestamp())
        assert path == f"/status-lists/9?time={moment}&matter={asked('').matter_code}"

    def test_a_code_is_asked_about_with_its_moment_and_judged_for_it(self, sichuan: LoopbackProvince) -> None:
        answer = self.seen(sichuan, CODE)

        assert sichuan.asks[0].as_of == AT - timedelta(minutes=30)
        assert outcomes(answer.body)[6] == ("passed", "presenter.released")
        assert answer.body["verdict"]["outcome"] == "valid", outcomes(answer.body)
        assert answer.body["verdict"]["as_of"]

    def test_refuses_what_the_region_says_did_not_stand_then(self, sichuan: LoopbackProvince) -> None:
        text = sichuan.seal_code()
        for status, code in ((Status.INVALID, "status.revoked_then"), (Status.SUSPENDED, "status.suspended_then")):
            sichuan.status = status
            assert status_of(self.seen(sichuan, text, key=code)) == code

    def test_refuses_a_release_that_does_not_name_the_moment(self, sichuan: LoopbackProvince) -> None:
        sichuan.answer = lambda ask, province: province.released(ask, as_of=None)
        answer = self.seen(sichuan, CODE)
        assert outcomes(answer.body)[6] == ("failed", "release.as_of")

    def test_refuses_any_other_answer_than_the_list_of_then(self, sichuan: LoopbackProvince) -> None:
        text = sichuan.seal_code()
        lies: dict[str, tuple[Callable[[LoopbackProvince, int], tuple[int, str]], str]] = {
            "the newest list": (lambda p, _: (200, p.list_token()), "unavailable"),
            "a list of a second later": (lambda p, moment: (200, p.list_at(moment + 1)), "unavailable"),
            "a list that ended before": (lambda p, moment: (200, p.list_at(moment - 60)), "unavailable"),
            "a list of another key": (
                lambda p, moment: (200, p.list_at(moment, signer=signer_of(p256()))),
                "unavailable",
            ),
            "a list of another address": (
                lambda p, moment: (200, p.list_at(moment, uri=p.status_uri + "1")),
                "unavailable",
            ),
            "no text": (lambda *_: (200, ""), "unavailable"),
            "not found": (lambda p, moment: (404, p.list_at(moment)), "unavailable"),
            "not implemented": (lambda p, moment: (501, p.list_at(moment)), "unavailable"),
            "forbidden": (lambda p, moment: (403, p.list_at(moment)), "refused"),
        }
        for name, (lie, code) in lies.items():
            sichuan.history = lie
            answer = self.seen(sichuan, text, key=name)
            assert outcomes(answer.body)[5] == ("undetermined", f"status.{code}_then"), name
            assert answer.body["verdict"]["outcome"] != "valid", name

    def test_a_region_that_is_down_leaves_it_open(self, sichuan: LoopbackProvince) -> None:
        text = sichuan.seal_code()
        self.seen(sichuan, text, key="first")  # its keys are at hand now
        sichuan.down = True
        assert status_of(self.seen(sichuan, text, key="second")) == "status.unavailable_then"
