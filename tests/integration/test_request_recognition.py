"""A code of another province at our counter: asked over real HTTP, believed as far as signed, and never green by default."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from certificates.core.grains import Grain
from tests.integration.factories import AT, sample
from tests.integration.foreign_steps import CODE, look, verdict_of
from tests.integration.loopback_province import LoopbackProvince
from tests.integration.recognition_steps import SC_COUNTER_USCC, WANTED, World, counter, outcomes, values
from tests.log_steps import kinds
from tests.unit.verification.province import p256, signer_of
from verification.core.agency_keys import KeyState
from verification.core.errors import LogError
from verification.core.lookup_entry import EntryKind, parse_entry
from verification.core.message_signature import sign_request
from verification.core.recognition_message import AnswerOutcome, RecognitionAnswer
from verification.core.trust_keys import Purpose
from verification.models import FetchedAgencyKeys, Lookup, RecognitionRule
from verification.services.publish_log import publish_log

pytestmark = [pytest.mark.django_db, pytest.mark.real_network]


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


def test_the_agency_named_in_the_request_is_the_callers_own(sichuan: LoopbackProvince) -> None:
    look()
    assert sichuan.asks[0].agency_uscc != SC_COUNTER_USCC


def test_asks_nobody_while_our_own_log_is_stalled(sichuan: LoopbackProvince) -> None:
    look()
    sichuan.at = late = AT + timedelta(seconds=301)
    with pytest.raises(LogError):
        look(key="look-0002", at=late)
    assert len(sichuan.asks) == 1  # else the code would be spent over there for a look that we may not record
