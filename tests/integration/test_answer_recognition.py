"""Another province asks about our holder's code: what is released, to whom, and what is refused by a signed answer."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from certificates.adapters.key_vault import destroy_subject_key
from certificates.core.grains import Grain
from certificates.core.sd_jwt_verify import verify_credential
from certificates.models import IssuerKey, Presentation
from certificates.services.erase_holder import erase_holder
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.rotate_issuer_key import rotate_issuer_key
from certificates.services.suspend_certificate import suspend_certificate
from tests.integration.answer_steps import answered, believed, zhejiang
from tests.integration.factories import AT, holder_caller, make_node, owner_of, sample
from tests.integration.recognition_steps import (
    COUNTER_USCC,
    SC_COUNTER_USCC,
    SC_MATTER,
    SICHUAN,
    WANTED,
    World,
    make_world,
    shown_code,
)
from tests.integration.threads import at_once
from tests.log_steps import kinds
from verification.core.errors import LogError, ReleaseError
from verification.core.lookup_entry import EntryKind, parse_entry
from verification.core.lookup_members import Member
from verification.core.receipt import unverified_promise
from verification.core.recognition_message import LOOKUPS_PATH, RecognitionAnswer
from verification.core.release import verify_release
from verification.models import Lookup, UsageRule
from verification.queries.own_agency_keys import own_agency_key
from verification.services import record_release
from verification.services.answer_recognition import SignedAnswer, answer_recognition
from verification.services.my_lookups import my_lookups
from verification.services.recognition_result import recognition_result

pytestmark = pytest.mark.django_db


def shown(answer: RecognitionAnswer) -> Mapping[str, Any]:
    assert answer.credential is not None
    key = own_agency_key(kid=IssuerKey.objects.get(use="credential").kid)
    assert key is not None
    verified = verify_credential(answer.credential, key=key.key)
    return {name: item.value for name, item in verified.shown.items()}


def test_releases_the_credential_cut_to_usage_list_and_choice(world: World, issued: UUID) -> None:
    ask = world.ask(shown_code(issued))
    answer = answered(world, ask)

    assert answer.outcome == "released"
    assert answer.withheld == ()
    told, stated = shown(answer), sample("11100000000013338W001")["values"]
    assert set(told) == set(WANTED)
    assert told["holder_name"] == stated["holder_name"]
    assert "*" in told["holder_code"]
    verify_release(
        answer.release or "",
        region=zhejiang(),
        audience_region=SICHUAN,
        lookup_id=str(ask.lookup_id),
        presented=answer.credential or "",
        at=AT,
    )


def test_the_holder_finds_who_looked_for_what_without_the_officers_name(world: World, issued: UUID) -> None:
    ask = world.ask(shown_code(issued))
    answer = answered(world, ask)

    (line,) = my_lookups(caller=holder_caller(owner_of(issued)), at=AT)
    assert line.lookup_id == ask.lookup_id
    assert (line.side, line.outcome) == ("issuing", "released")
    assert line.member(Member.AGENCY_USCC) == SC_COUNTER_USCC
    assert line.member(Member.MATTER_CODE) == SC_MATTER
    assert line.member(Member.MATTER_NAME) == ask.matter_name_zh
    assert line.member(Member.CASE_NUMBER) == ask.case_number
    assert line.member(Member.OPERATOR_POST) == "核验岗"
    assert line.member(Member.OPERATOR_NAME) is None
    assert {item.name for item in line.fields} == set(WANTED)
    entry = parse_entry(unverified_promise(answer.receipt or "").entry)
    assert entry.kind is EntryKind.LOOKUP_ANSWERED
    assert entry.peer_reference is not None


def test_withholds_and_counts_fields_beyond_the_usage_list(world: World, issued: UUID) -> None:
    code = shown_code(issued, holder_code=Grain.FULL, birth_date=Grain.FULL, employer=Grain.FULL)
    answer = answered(
        world, world.ask(code, fields={"holder_code": Grain.FULL, "birth_date": Grain.FULL, "employer": Grain.FULL})
    )

    told = shown(answer)
    assert answer.withheld == ("birth_date",)
    assert set(told) == {"holder_code", "employer"}
    assert "*" in told["holder_code"]
    lookup = Lookup.objects.get()
    (line,) = my_lookups(caller=holder_caller(owner_of(issued)), at=AT)
    assert line.member(Member.WITHHELD) == ["birth_date"]
    assert lookup.outcome == "released"


def test_releases_nothing_to_an_agency_without_a_usage_rule(world: World, issued: UUID) -> None:
    answer = answered(world, world.ask(shown_code(issued), agency_uscc="12510100MB99000725"))

    assert (answer.outcome, answer.code, answer.credential) == ("refused", "usage.no_rule", None)
    assert kinds() == [EntryKind.LOOKUP_REFUSED]


def test_releases_nothing_when_the_usage_list_allows_nothing_of_what_is_asked(world: World, issued: UUID) -> None:
    UsageRule.objects.filter(relying_region=SICHUAN).update(fields={"sex": "full"})
    answer = answered(world, world.ask(shown_code(issued)))
    assert answer.code == "usage.nothing_allowed"


def test_refuses_a_code_that_the_holder_made_for_another_agency(world: World, issued: UUID) -> None:
    code = shown_code(issued, audience="12510100MB99000725")
    answer = answered(world, world.ask(code))

    assert (answer.outcome, answer.code) == ("refused", "code.audience")
    assert Presentation.objects.get().spent_at is None


def test_releases_to_the_agency_that_the_holder_named(world: World, issued: UUID) -> None:
    answer = answered(world, world.ask(shown_code(issued, audience=SC_COUNTER_USCC)))
    assert answer.outcome == "released"


def test_refuses_a_peer_that_asks_in_the_name_of_our_agency(world: World, issued: UUID) -> None:
    code = shown_code(issued, audience=COUNTER_USCC)
    for uscc in (COUNTER_USCC, world.node.agency.uscc):
        answer = answered(world, world.ask(code, agency_uscc=uscc, agency_name="杭州市公共资源交易中心"))
        assert (answer.outcome, answer.code, answer.credential) == ("refused", "peer.agency_not_theirs", None)

    assert kinds() == [EntryKind.LOOKUP_REFUSED] * 2
    assert Presentation.objects.get().spent_at is None
    lines = my_lookups(caller=holder_caller(owner_of(issued)), at=AT)
    assert [line.member(Member.REGION) for line in lines] == [SICHUAN] * 2


def test_a_code_of_an_erased_licence_is_refused_signed_and_recorded(world: World, issued: UUID) -> None:
    before, after = world.ask(shown_code(issued)), world.ask(shown_code(issued))
    assert answered(world, before).outcome == "released"
    erase_holder(holder_id=owner_of(issued), at=AT)

    for ask in (after, before):  # a first question, and the repeat of one that was answered while the key was there
        answer = answered(world, ask)
        assert (answer.outcome, answer.code, answer.credential) == ("refused", "code.erased", None)
    assert kinds() == [EntryKind.LOOKUP_ANSWERED, EntryKind.LOOKUP_REFUSED, EntryKind.LOOKUP_REFUSED]
    asked_again = world.message(b"", method="GET", path=f"{LOOKUPS_PATH}/{before.lookup_id}")
    result = recognition_result(lookup_id=before.lookup_id, message=asked_again, at=AT)
    assert believed(result, asked_again, before.lookup_id).code == "lookup.unknown"


def test_a_licence_whose_key_goes_while_its_code_is_spent_is_refused(world: World, issued: UUID) -> None:
    code = shown_code(issued)
    destroy_subject_key(f"certificate-{issued}")

    assert answered(world, world.ask(code)).code == "code.erased"
    assert Presentation.objects.get().spent_at is not None


def test_refuses_a_code_used_twice(world: World, issued: UUID) -> None:
    code = shown_code(issued)
    answered(world, world.ask(code))
    again = answered(world, world.ask(code))

    assert (again.outcome, again.code) == ("refused", "code.used")
    assert kinds() == [EntryKind.LOOKUP_ANSWERED, EntryKind.LOOKUP_REFUSED]
    assert len(my_lookups(caller=holder_caller(owner_of(issued)), at=AT)) == 2


def test_refuses_an_expired_code(world: World, issued: UUID) -> None:
    code, late = shown_code(issued), AT + timedelta(seconds=61)
    assert answered(world, world.ask(code), at=late).code == "code.expired"


@pytest.mark.parametrize(
    ("act", "code"), [(revoke_certificate, "status.revoked"), (suspend_certificate, "status.suspended")]
)
def test_refuses_a_licence_revoked_since_its_code_was_made(world: World, issued: UUID, act: Any, code: str) -> None:
    shown_text = shown_code(issued)
    act(caller=world.node.officer, certificate_id=issued, reason_code="holder_request", at=AT)
    answer = answered(world, world.ask(shown_text))

    assert (answer.outcome, answer.code, answer.credential) == ("refused", code, None)


def test_the_release_is_no_use_to_a_third_province(world: World, issued: UUID) -> None:
    ask = world.ask(shown_code(issued))
    answer = answered(world, ask)
    with pytest.raises(ReleaseError) as refused:
        verify_release(
            answer.release or "",
            region=zhejiang(),
            audience_region="440000",
            lookup_id=str(ask.lookup_id),
            presented=answer.credential or "",
            at=AT,
        )
    assert refused.value.code == "release.audience"


def test_no_answer_leaves_and_no_code_is_spent_when_the_entry_cannot_be_written(
    world: World, issued: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise LogError("log.stalled", "the log is not published")

    monkeypatch.setattr(record_release, "record_lookup", broken)
    message = world.message(world.ask(shown_code(issued)))
    with pytest.raises(LogError):
        answer_recognition(message=message, at=AT)
    assert Presentation.objects.get().spent_at is None
    assert not Lookup.objects.exists()


def test_a_licence_under_an_agencys_retired_key_is_still_released(world: World, issued: UUID) -> None:
    rotate_issuer_key(agency_uscc=world.node.agency.uscc, at=AT + timedelta(seconds=1))
    assert IssuerKey.objects.filter(use="credential").count() == 2
    assert answered(world, world.ask(shown_code(issued)), at=AT + timedelta(seconds=2)).outcome == "released"


@pytest.mark.django_db(transaction=True)
def test_of_ten_provincial_counters_at_once_exactly_one_gets_the_code(settings: Settings, node_folder: object) -> None:
    world = make_world(make_node(), settings)
    code = shown_code(world.node.issue())
    asks = [world.ask(code) for _ in range(10)]
    answers = at_once(10, lambda number: answer_recognition(message=world.message(asks[number]), at=AT))

    assert [one for one in answers if not isinstance(one, SignedAnswer)] == []
    told = sorted(json.loads(one.body)["outcome"] for one in answers)
    assert told == ["refused"] * 9 + ["released"]
    assert len(kinds()) == 10
