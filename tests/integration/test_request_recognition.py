"""A code of another province at our counter: asked over real HTTP, believed as far as signed, and never green by default."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from certificates.core.grains import Grain
from certificates.core.status_list import Status, StatusReference
from tests.integration.factories import AT, Node, sample
from tests.integration.loopback_province import TTL, LoopbackProvince, serving
from tests.integration.recognition_steps import (
    SC_COUNTER_USCC,
    SICHUAN,
    WANTED,
    World,
    asked,
    counter,
    make_world,
    outcomes,
    values,
)
from tests.unit.verification.province import p256, signer_of
from verification.core.agency_keys import KeyState
from verification.core.errors import LogError
from verification.core.lookup_entry import EntryKind, parse_entry
from verification.core.message_signature import sign_request
from verification.core.recognition_message import AGENCY_KEYS_PATH, AnswerOutcome, RecognitionAnswer
from verification.core.trust_keys import Purpose
from verification.models import FetchedAgencyKeys, FetchedStatusList, LogEntry, Lookup, RecognitionRule, StoredAnswer
from verification.services import verify_foreign_code
from verification.services.asked import VerificationAnswer
from verification.services.publish_log import publish_log
from verification.services.refresh_region import refresh_region
from verification.services.verify_presentation import verify_presentation

pytestmark = [pytest.mark.django_db, pytest.mark.real_network]

CODE = "HZP1:510000:ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.fixture
def world(node: Node, settings: Settings) -> World:
    settings.NODE = replace(
        settings.NODE, peer_timeout_seconds=2.0
    )  # generous for a loaded machine; a slow peer takes three
    return make_world(node, settings)


@pytest.fixture
def sichuan(world: World) -> Iterator[LoopbackProvince]:
    with serving(world) as province:
        yield province


def look(presentation: str = CODE, *, key: str = "look-0001", at: Any = AT, **changes: Any) -> VerificationAnswer:
    return verify_presentation(caller=counter(), request=asked(presentation, **changes), idempotency_key=key, at=at)


def kinds() -> list[EntryKind]:
    return [parse_entry(bytes(row.leaf)).kind for row in LogEntry.objects.order_by("pk")]


def verdict_of(answer: VerificationAnswer) -> str:
    return str(answer.body["verdict"]["outcome"])


def test_a_released_credential_is_verified_by_ourselves_and_valid(sichuan: LoopbackProvince) -> None:
    answer = look()

    assert verdict_of(answer) == "valid", outcomes(answer.body)
    assert outcomes(answer.body)[6] == ("passed", "presenter.released")
    assert outcomes(answer.body)[7] == ("passed", "recognition.by_rule")
    assert values(answer.body)["holder_name"] == sample("11100000000013338W001")["values"]["holder_name"]
    (ask,) = sichuan.asks
    assert (ask.presentation, ask.agency_uscc, ask.operator.post) == (CODE, counter().agency_uscc, "受理岗")
    assert ask.matter_name_zh
    lookup = Lookup.objects.get()
    assert (lookup.side, str(lookup.pk), lookup.pk) == ("relying", answer.body["lookup_id"], ask.lookup_id)
    assert parse_entry(bytes(lookup.entry.leaf)).peer_reference is not None
    assert not lookup.subjects.exists()


def test_the_same_request_again_asks_nobody(sichuan: LoopbackProvince) -> None:
    first, again = look(), look(at=AT + timedelta(minutes=2))
    assert again.body == first.body
    assert len(sichuan.asks) == 1


def test_does_not_show_what_was_not_asked_even_if_the_peer_sends_it(sichuan: LoopbackProvince) -> None:
    sichuan.answer = lambda ask, province: province.released(replace(ask, fields={**WANTED, "sex": Grain.FULL}))
    answer = look()
    assert "sex" not in values(answer.body)


def test_an_unknown_province_is_not_asked(world: World) -> None:
    answer = look("HZP1:440000:ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert verdict_of(answer) == "undetermined"
    assert outcomes(answer.body)[2] == ("undetermined", "trust_list.region")
    assert kinds() == [EntryKind.LOOKUP_VERIFIED]


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


@pytest.mark.parametrize(
    ("code", "verdict", "number"),
    [
        ("code.used", "invalid", 6),
        ("code.expired", "invalid", 6),
        ("status.revoked", "invalid", 6),
        ("usage.no_rule", "undetermined", 2),
    ],
)
def test_what_the_province_refuses_is_told(sichuan: LoopbackProvince, code: str, verdict: str, number: int) -> None:
    sichuan.answer = lambda ask, _: RecognitionAnswer(outcome=AnswerOutcome.REFUSED, lookup_id=ask.lookup_id, code=code)
    answer = look()
    assert verdict_of(answer) == verdict
    assert outcomes(answer.body)[number][1] == code
    assert values(answer.body) == {}


def test_a_pending_answer_is_undetermined(sichuan: LoopbackProvince) -> None:
    sichuan.answer = lambda ask, _: RecognitionAnswer(
        outcome=AnswerOutcome.PENDING, lookup_id=ask.lookup_id, code="peer.pending"
    )
    assert outcomes(look().body)[2] == ("undetermined", "peer.pending")


def test_refuses_an_answer_signed_by_another_key(sichuan: LoopbackProvince) -> None:
    sichuan.answer_signer = replace(signer_of(p256()), kid=sichuan.world.sichuan.signer(Purpose.ANSWER).kid)
    answer = look()
    assert verdict_of(answer) == "undetermined"
    assert outcomes(answer.body)[2] == ("undetermined", "peer.answer_invalid")
    assert values(answer.body) == {}


def test_refuses_an_answer_to_another_request(sichuan: LoopbackProvince) -> None:
    def another(request: Any) -> Any:
        bare = replace(request, headers=())
        signer = sichuan.world.sichuan.signer(Purpose.REQUEST)
        return bare.with_headers(sign_request(request=bare, signer=signer, created=AT, nonce="n" * 22))

    sichuan.sign_for = another
    assert outcomes(look().body)[2] == ("undetermined", "peer.answer_invalid")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"audience_region": "440000"}, "release.audience"),
        ({"lookup_id": "00000000-0000-4000-8000-000000000000"}, "release.lookup"),
        ({"presented": "another~"}, "release.sd_hash"),
        ({"at": AT - timedelta(minutes=6)}, "release.expired"),
        ({"issuer_region": "440000"}, "release.issuer"),
    ],
)
def test_refuses_a_release_made_for_somebody_or_something_else(
    sichuan: LoopbackProvince, changes: dict[str, Any], code: str
) -> None:
    sichuan.answer = lambda ask, province: province.released(ask, **changes)
    answer = look()
    assert verdict_of(answer) == "invalid"
    assert outcomes(answer.body)[6] == ("failed", code)
    assert values(answer.body) == {}


def test_a_licence_that_the_province_revoked_is_invalid(sichuan: LoopbackProvince) -> None:
    sichuan.status = Status.INVALID
    answer = look()
    assert verdict_of(answer) == "invalid"
    assert outcomes(answer.body)[5] == ("failed", "status.revoked")


def test_a_suspended_licence_is_invalid(sichuan: LoopbackProvince) -> None:
    sichuan.status = Status.SUSPENDED
    assert outcomes(look().body)[5] == ("failed", "status.suspended")


def test_refuses_a_status_list_of_another_signer(sichuan: LoopbackProvince) -> None:
    sichuan.status_signer = signer_of(p256())
    answer = look()
    assert verdict_of(answer) == "undetermined"
    assert outcomes(answer.body)[5] == ("undetermined", "status_list.signature")
    assert not FetchedStatusList.objects.exists()


def test_a_stale_status_list_is_undetermined_and_its_age_told(sichuan: LoopbackProvince) -> None:
    sichuan.status_iat = AT - timedelta(seconds=TTL + 5)
    answer = look()
    check = answer.body["verdict"]["checks"][4]
    assert verdict_of(answer) == "undetermined"
    assert (check["code"], check["age_seconds"]) == ("status.stale", TTL + 5)


def test_refuses_a_status_list_older_than_one_seen(sichuan: LoopbackProvince) -> None:
    sichuan.status = Status.INVALID
    sichuan.status_iat = AT - timedelta(seconds=10)
    assert outcomes(look().body)[5] == ("failed", "status.revoked")
    sichuan.status = Status.VALID
    sichuan.status_iat = AT - timedelta(seconds=40)
    late = AT + timedelta(seconds=TTL)
    sichuan.at = late
    answer = look(key="look-0002", at=late)

    assert outcomes(answer.body)[5] == ("failed", "status.revoked")  # the newest list seen still says so
    assert FetchedStatusList.objects.get().iat == int((AT - timedelta(seconds=10)).timestamp())


def test_a_fresh_list_is_kept_and_not_fetched_at_every_scan(sichuan: LoopbackProvince) -> None:
    look()
    look(key="look-0002", at=AT + timedelta(seconds=30))
    assert sichuan.fetched.count("/status-lists/9") == 1
    assert sichuan.fetched.count(AGENCY_KEYS_PATH) == 1
    sichuan.status_iat = sichuan.at = AT + timedelta(seconds=TTL + 1)
    look(key="look-0003", at=sichuan.at)
    assert sichuan.fetched.count("/status-lists/9") == 2


def test_never_fetches_a_status_list_from_elsewhere(sichuan: LoopbackProvince) -> None:
    elsewhere = StatusReference(uri=f"{sichuan.url}.example.cn/status-lists/9", index=1)
    text = sichuan.credential(WANTED, status=elsewhere)
    answer = look(text)
    assert outcomes(answer.body)[5] == ("undetermined", "status.other_list")
    assert sichuan.fetched == [AGENCY_KEYS_PATH]


@pytest.mark.parametrize(
    "path",
    [
        *("/status-lists/", "/status-lists/9/", "/status-lists/9?to=all", "/status-lists/9%2f.."),
        *("/status-lists/../log/9", "/log/checkpoint", "/status-lists/９", "@127.0.0.1/status-lists/9"),
    ],
)
def test_fetches_no_other_path_of_a_peer(sichuan: LoopbackProvince, path: str) -> None:
    text = sichuan.credential(WANTED, status=StatusReference(uri=f"{sichuan.url}{path}", index=1))
    answer = look(text)
    assert verdict_of(answer) != "valid"
    assert sichuan.fetched == [AGENCY_KEYS_PATH]


def test_refuses_a_bundle_of_agency_keys_older_than_one_seen(sichuan: LoopbackProvince) -> None:
    sichuan.bundle_version = 7
    look()
    sichuan.bundle_version = 6
    sichuan.key_state, sichuan.compromised_at = KeyState.COMPROMISED, AT - timedelta(days=30)
    publish_log(at=AT)
    late = AT + timedelta(minutes=6)
    sichuan.at = sichuan.status_iat = late
    answer = look(key="look-0002", at=late)
    assert verdict_of(answer) == "valid"  # the newer one seen before still stands
    assert FetchedAgencyKeys.objects.get().version == 7


def test_a_compromised_agency_key_is_invalid(sichuan: LoopbackProvince) -> None:
    sichuan.key_state, sichuan.compromised_at = KeyState.COMPROMISED, AT - timedelta(days=1)
    assert outcomes(look().body)[3] == ("failed", "issuer.key_compromised")


def test_a_licence_of_another_region_under_this_provinces_key_is_invalid(sichuan: LoopbackProvince) -> None:
    text = sichuan.credential(WANTED, region="440000")
    sichuan.answer = lambda ask, province: replace(province.released(ask, presented=text), credential=text)
    assert outcomes(look().body)[3] == ("failed", "issuer.scope")


def test_a_licence_without_a_recognition_rule_is_not_recognised(sichuan: LoopbackProvince) -> None:
    RecognitionRule.objects.update(is_active=False)
    answer = look()
    assert verdict_of(answer) == "invalid"
    assert outcomes(answer.body)[7] == ("failed", "recognition.no_rule")


def test_less_than_the_rule_requires_is_undetermined(sichuan: LoopbackProvince) -> None:
    answer = look(fields={"holder_name": Grain.FULL})
    assert outcomes(answer.body)[7] == ("undetermined", "recognition.grain_missing")


def test_an_expired_trust_list_asks_nobody(sichuan: LoopbackProvince) -> None:
    late = AT + timedelta(days=91)
    answer = look(at=late)
    assert outcomes(answer.body)[2] == ("undetermined", "trust_list.expired")
    assert sichuan.asks == []


def test_a_printed_code_is_valid_where_presence_is_not_required_until_its_status_is_stale(
    sichuan: LoopbackProvince,
) -> None:
    RecognitionRule.objects.update(presence_required=False, required={"certificate_number": "full"})
    code = sichuan.seal_code()
    assert verdict_of(look(code)) == "valid"
    sichuan.down = True
    within = look(code, key="look-0002", at=AT + timedelta(seconds=TTL))
    after = look(code, key="look-0003", at=AT + timedelta(seconds=TTL + 1))

    assert verdict_of(within) == "valid"
    assert values(within.body)["certificate_number"]
    assert verdict_of(after) == "undetermined"
    assert outcomes(after.body)[5] == ("undetermined", "status.stale")


def test_a_printed_code_is_undetermined_where_the_rule_wants_the_holder_present(sichuan: LoopbackProvince) -> None:
    RecognitionRule.objects.update(required={"certificate_number": "full"})
    answer = look(sichuan.seal_code())
    assert verdict_of(answer) == "undetermined"
    assert outcomes(answer.body)[6] == ("undetermined", "presenter.not_checked")


def test_of_a_foreign_credential_handed_over_no_more_is_shown_than_the_recognition_rule_needs(
    sichuan: LoopbackProvince,
) -> None:
    RecognitionRule.objects.update(presence_required=False, required={"holder_name": "masked", "sex": "full"})
    text = sichuan.credential({"holder_name": Grain.MASKED, "certificate_number": Grain.FULL, "sex": Grain.FULL})
    answer = look(text, fields={"holder_name": Grain.FULL, "certificate_number": Grain.FULL, "sex": Grain.FULL})
    assert verdict_of(answer) == "valid"
    assert set(values(answer.body)) == {"holder_name", "sex"}
    assert answer.body["view"]["withheld"] == ["certificate_number"]


def test_of_a_foreign_credential_nothing_is_shown_that_no_rule_needs(sichuan: LoopbackProvince) -> None:
    RecognitionRule.objects.update(presence_required=False, required={})
    answer = look(sichuan.credential({"holder_name": Grain.FULL, "certificate_number": Grain.FULL}))
    assert verdict_of(answer) == "valid"
    assert values(answer.body) == {}


def test_a_credential_changed_in_one_character_is_invalid(sichuan: LoopbackProvince) -> None:
    jwt, tilde, rest = sichuan.credential(WANTED).partition("~")
    header, payload, signature = jwt.split(".")
    other = "B" if signature[5] == "A" else "A"
    answer = look(f"{header}.{payload}.{signature[:5]}{other}{signature[6:]}{tilde}{rest}")
    assert outcomes(answer.body)[2][0] == "failed"
    assert values(answer.body) == {}


def test_refresh_keeps_the_wanted_list_warm(sichuan: LoopbackProvince) -> None:
    look()
    sichuan.status_iat = sichuan.at = AT + timedelta(seconds=50)
    refresh_region(region_code=SICHUAN, at=sichuan.at)
    assert FetchedStatusList.objects.get().iat == int(sichuan.status_iat.timestamp())
    fetched = len(sichuan.fetched)
    refresh_region(region_code=SICHUAN, at=sichuan.at + timedelta(seconds=5))
    assert len(sichuan.fetched) == fetched
    refresh_region(region_code=SICHUAN, at=AT + timedelta(hours=2))
    assert sichuan.fetched[fetched:] == [AGENCY_KEYS_PATH]  # nobody wanted the list for an hour


def test_the_agency_named_in_the_request_is_the_callers_own(sichuan: LoopbackProvince) -> None:
    look()
    assert sichuan.asks[0].agency_uscc != SC_COUNTER_USCC


def test_asks_nobody_while_our_own_log_is_stalled(sichuan: LoopbackProvince) -> None:
    look()
    sichuan.at = late = AT + timedelta(seconds=301)
    with pytest.raises(LogError):
        look(key="look-0002", at=late)
    assert len(sichuan.asks) == 1  # else the code would be spent over there for a look that we may not record
