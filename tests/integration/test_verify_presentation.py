"""A code of the own region at a counter: one look, one entry, one answer; and what is refused is recorded, too."""

import json
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from accounts.core.errors import NotPermitted
from accounts.core.permissions import Role
from accounts.models import Agency
from certificates.adapters.key_vault import destroy_subject_key
from certificates.core.grains import Grain
from certificates.models import CertificateHolder, Presentation
from certificates.services.erase_holder import erase_holder
from certificates.services.reveal_seal_code import reveal_seal_code
from certificates.services.revoke_certificate import revoke_certificate
from tests.integration.factories import AT, PEOPLE, Node, holder_caller, make_node, owner_of, sample
from tests.integration.recognition_steps import (
    COUNTER_USCC,
    HOME_MATTER,
    WANTED,
    World,
    asked,
    counter,
    make_world,
    outcomes,
    shown_code,
    values,
)
from tests.integration.threads import at_once
from verification.core.errors import LogError, PolicyError
from verification.core.lookup_entry import EntryKind, parse_entry
from verification.core.lookup_members import Member
from verification.core.receipt import unverified_promise
from verification.models import LogEntry, Lookup, LookupDetail, Matter, StoredAnswer, UsageRule
from verification.queries.current_trust_list import current_trust_list
from verification.services import record_answer
from verification.services.asked import VerificationAnswer
from verification.services.my_lookups import my_lookups
from verification.services.publish_log import publish_log
from verification.services.sweep import sweep
from verification.services.verify_presentation import verify_presentation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(node: Node, settings: Settings) -> World:
    return make_world(node, settings)


def look(
    presentation: str, *, key: str = "look-0001", at: Any = AT, caller: Any = None, **changes: Any
) -> VerificationAnswer:
    return verify_presentation(
        caller=caller or counter(), request=asked(presentation, **changes), idempotency_key=key, at=at
    )


def kinds() -> list[EntryKind]:
    return [parse_entry(bytes(row.leaf)).kind for row in LogEntry.objects.order_by("pk")]


def test_a_code_of_the_own_region_is_valid_and_shows_the_signed_grains(world: World, issued: UUID) -> None:
    answer = look(shown_code(issued))

    assert answer.status == 200
    assert answer.body["verdict"]["outcome"] == "valid"
    assert {number: outcome for number, (outcome, _) in outcomes(answer.body).items()} == {
        **dict.fromkeys(range(1, 8), "passed"),
        8: "not_applicable",
    }
    told, stated = values(answer.body), sample("11100000000013338W001")["values"]
    assert told["holder_name"] == stated["holder_name"]
    assert told["age_over_18"] is True
    assert told["holder_code"] != stated["holder_code"]
    assert "*" in told["holder_code"]
    assert tuple(told["specialities"]) == tuple(stated["specialities"])
    assert answer.body["view"]["withheld"] == []
    assert answer.body["view"]["agency"]["uscc"] == world.node.agency.uscc


def test_a_look_is_one_entry_on_the_lists_of_all_owners(world: World, issued: UUID) -> None:
    answer = look(shown_code(issued))

    assert kinds() == [EntryKind.LOOKUP_VERIFIED]
    lookup = Lookup.objects.get()
    assert str(lookup.pk) == answer.body["lookup_id"]
    assert (lookup.side, lookup.outcome, lookup.caller) == ("home", "valid", "counter_officer:31")
    owners = set(CertificateHolder.objects.filter(certificate=issued).values_list("holder_id", flat=True))
    assert set(lookup.subjects.values_list("holder_id", flat=True)) == owners
    promise = unverified_promise(answer.body["receipt"])
    assert promise.entry == bytes(lookup.entry.leaf)
    (line,) = my_lookups(caller=holder_caller(owner_of(issued)), at=AT)
    assert line.member(Member.PURPOSE) == asked("").purpose
    assert {item.name: item.grain for item in line.fields} == {name: grain.value for name, grain in WANTED.items()}


def test_withholds_and_counts_what_the_usage_list_does_not_allow(world: World, issued: UUID) -> None:
    code = shown_code(issued, holder_code=Grain.FULL, holder_name=Grain.FULL, employer=Grain.FULL, issued_on=Grain.FULL)
    answer = look(code, fields={"holder_code": Grain.FULL, "holder_name": Grain.FULL, "issued_on": Grain.FULL})

    told = values(answer.body)
    assert "*" in told["holder_code"]  # the usage list says masked
    assert answer.body["view"]["withheld"] == ["issued_on"]
    assert answer.body["view"]["withheld_count"] == 1
    assert "employer" not in told  # offered and allowed, but nobody asked


def test_withholds_what_the_holder_did_not_choose(world: World, issued: UUID) -> None:
    answer = look(shown_code(issued, certificate_number=Grain.FULL, holder_name=Grain.MASKED))

    told = values(answer.body)
    assert set(told) == {"certificate_number", "holder_name"}
    assert "*" in told["holder_name"]
    assert answer.body["view"]["withheld"] == ["age_over_18", "holder_code", "specialities", "valid_until"]


def test_a_mask_that_the_holder_chose_does_not_tell_the_age(world: World, issued: UUID) -> None:
    answer = look(shown_code(issued, holder_code=Grain.MASKED), fields={"age_over_18": Grain.FACT})

    assert values(answer.body) == {}
    assert answer.body["view"]["withheld"] == ["age_over_18"]


def test_shows_nothing_without_a_usage_rule(world: World, issued: UUID) -> None:
    UsageRule.objects.update(is_active=False)
    answer = look(shown_code(issued))

    assert answer.body["verdict"]["outcome"] == "undetermined"
    assert outcomes(answer.body)[7] == ("undetermined", "usage.no_rule")
    assert values(answer.body) == {}
    assert answer.body["view"]["withheld"] == sorted(WANTED)


def test_refuses_a_code_that_was_used(world: World, issued: UUID) -> None:
    code = shown_code(issued)
    look(code)
    again = look(code, key="look-0002")

    assert again.body["verdict"]["outcome"] == "invalid"
    assert outcomes(again.body)[6] == ("failed", "code.used")
    assert {outcomes(again.body)[number] for number in (2, 3, 4, 5, 7)} == {("undetermined", "credential.not_released")}
    assert values(again.body) == {}
    assert [one.outcome for one in Lookup.objects.order_by("at", "entry__pk")] == ["valid", "invalid"]
    assert len(my_lookups(caller=holder_caller(owner_of(issued)), at=AT)) == 2


def test_refuses_a_code_that_has_expired(world: World, issued: UUID) -> None:
    code = shown_code(issued)
    answer = look(code, at=AT + timedelta(seconds=61))

    assert outcomes(answer.body)[6] == ("failed", "code.expired")
    assert values(answer.body) == {}


def test_refuses_a_code_for_another_agency(world: World, issued: UUID) -> None:
    code = shown_code(issued, audience="12510100MB9900064A")
    answer = look(code)

    assert outcomes(answer.body)[6] == ("failed", "code.audience")
    assert Presentation.objects.get().spent_at is None


@pytest.mark.parametrize(
    ("presentation", "number", "code"),
    [
        ("HZP1:330000:ABCDEFGHIJKLMNOPQRSTUVWXYZ", 6, "code.unknown"),
        ("HZP1:330000:short", 1, "code.malformed"),
        ("https://zj.example.cn/licence?id=1", 1, "presentation.unreadable"),
        ("HZ1:!!!!", 1, "seal_code.base45"),
        ("a.b.c~", 1, "jws.malformed"),
    ],
)
def test_a_text_that_is_no_good_code_is_invalid_and_recorded(
    world: World, presentation: str, number: int, code: str
) -> None:
    answer = look(presentation)

    assert answer.body["verdict"]["outcome"] == "invalid"
    outcome, told = outcomes(answer.body)[number]
    assert outcome == "failed"
    assert told.split(".")[0] == code.split(".", maxsplit=1)[0]
    assert kinds() == [EntryKind.LOOKUP_VERIFIED]


def test_a_revoked_licence_is_invalid_and_shows_nothing(world: World, issued: UUID) -> None:
    code = shown_code(issued)
    revoke_certificate(caller=world.node.officer, certificate_id=issued, reason_code="holder_request", at=AT)
    answer = look(code)

    assert answer.body["verdict"]["outcome"] == "invalid"
    assert outcomes(answer.body)[5] == ("failed", "status.revoked")
    assert values(answer.body) == {}


def test_an_expired_trust_list_is_never_green(world: World, issued: UUID) -> None:
    assert current_trust_list(at=AT)  # verified and cached while it was in force
    late = AT + timedelta(days=91)
    answer = look(shown_code(issued, at=late), at=late)

    assert answer.body["verdict"]["outcome"] == "undetermined"
    assert outcomes(answer.body)[2] == ("undetermined", "trust_list.expired")
    assert values(answer.body) == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"matter_code": "12330100MB9900048F0000000000000"}, "matter.unknown"),
        ({"case_number": "HZZB2026"}, "case.pattern"),
        ({"purpose": "测试"}, "purpose.placeholder"),
        ({"purpose": "办理 业务！"}, "purpose.placeholder"),
        ({"purpose": "查一查"}, "purpose.too_short"),
        ({"purpose": "啊啊啊啊啊啊啊啊啊啊"}, "purpose.repeated"),
        ({"purpose": "HZZB202600012"}, "purpose.only_case"),
    ],
)
def test_refuses_and_records_a_request_that_policy_forbids(
    world: World, issued: UUID, changes: dict[str, Any], code: str
) -> None:
    shown = shown_code(issued)
    answer = look(shown, **changes)

    assert (answer.status, answer.body["code"]) == (403, code)
    assert kinds() == [EntryKind.LOOKUP_REFUSED]
    assert Lookup.objects.get().code == code
    assert unverified_promise(answer.body["receipt"]).lookup_id == answer.body["lookup_id"]
    assert Presentation.objects.get().spent_at is None
    (line,) = my_lookups(caller=holder_caller(owner_of(issued)), at=AT)
    assert line.outcome == "refused"


def test_refuses_a_matter_that_is_no_longer_in_force(world: World, issued: UUID) -> None:
    Matter.objects.filter(code=HOME_MATTER).update(in_force_to="2026-11-22")
    answer = look(shown_code(issued))

    assert answer.body["code"] == "matter.not_in_force"


def test_refuses_a_matter_of_another_agency(world: World, issued: UUID) -> None:
    other = counter(uscc=world.node.agency.uscc)
    assert look(shown_code(issued), caller=other).body["code"] == "matter.other_agency"


def test_an_agency_that_no_longer_relies_is_refused(world: World, issued: UUID) -> None:
    code = shown_code(issued)
    Agency.objects.filter(uscc=COUNTER_USCC).update(relies=False)
    answer = look(code)

    assert (answer.status, answer.body["code"]) == (403, "agency.not_relying")
    assert kinds() == [EntryKind.LOOKUP_REFUSED]
    assert Presentation.objects.get().spent_at is None
    unknown = look(code, key="look-0002", caller=counter(uscc="12510100MB9900064A"))
    assert unknown.body["code"] == "agency.not_relying"


def test_a_refused_request_names_its_matter_to_the_holder(world: World, issued: UUID) -> None:
    look(shown_code(issued), purpose="测试")
    look(shown_code(issued), key="look-0002", matter_code="12330100MB9900048F0000000000000")

    unknown, known = my_lookups(caller=holder_caller(owner_of(issued)), at=AT)
    matters = {unknown.code: unknown.member(Member.MATTER_NAME), known.code: known.member(Member.MATTER_NAME)}
    assert matters == {
        "matter.unknown": None,
        "purpose.placeholder": Matter.objects.get(code=HOME_MATTER).name_zh,
    }


def test_a_printed_code_of_an_erased_licence_is_judged_and_recorded(world: World, issued: UUID) -> None:
    printed, code = reveal_seal_code(certificate_id=issued), shown_code(issued)
    look(printed, key="look-0001")
    erase_holder(holder_id=owner_of(issued), at=AT)

    again = look(printed, key="look-0001")  # its stored answer went with the licence's key
    assert outcomes(again.body)[5] == ("passed", "status.valid")
    spent = look(code, key="look-0002")
    assert outcomes(spent.body)[6] == ("failed", "code.erased")
    refused = look(code, key="look-0003", purpose="测试")
    assert refused.body["code"] == "purpose.placeholder"
    assert kinds() == [*[EntryKind.LOOKUP_VERIFIED] * 3, EntryKind.LOOKUP_REFUSED]
    kept = LookupDetail.objects.exclude(lookup=Lookup.objects.order_by("entry__pk")[0])
    assert set(kept.values_list("key_subject", flat=True)) == {f"relying-{AT:%Y-%m}"}


def test_a_licence_whose_key_goes_while_its_code_is_spent_is_refused(world: World, issued: UUID) -> None:
    code = shown_code(issued)
    destroy_subject_key(f"certificate-{issued}")
    answer = look(code)

    assert answer.body["verdict"]["outcome"] == "invalid"
    assert outcomes(answer.body)[6] == ("failed", "code.erased")
    assert Presentation.objects.get().spent_at is not None


def test_refuses_a_reason_copied_for_too_many_other_cases(world: World) -> None:
    for number in range(4):
        answer = look(
            "HZP1:330000:ABCDEFGHIJKLMNOPQRSTUVWXYZ", key=f"copy-{number:04}", case_number=f"HZZB2026{number:05}"
        )
        assert answer.status == 200
    refused = look(
        "HZP1:330000:ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        key="copy-0005",
        case_number="HZZB202600099",
        purpose=f"  {asked('').purpose}。 ",
    )
    same_case = look("HZP1:330000:ABCDEFGHIJKLMNOPQRSTUVWXYZ", key="copy-0006", case_number="HZZB202600000")
    colleague = look(
        "HZP1:330000:ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        key="copy-0007",
        case_number="HZZB202600098",
        caller=counter("32", operator="王敏"),
    )
    publish_log(at=AT)
    later = look(
        "HZP1:330000:ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        key="copy-0008",
        case_number="HZZB202600097",
        at=AT + timedelta(days=31),
    )

    assert refused.body["code"] == "purpose.copied"
    assert same_case.status == colleague.status == later.status == 200


def test_refuses_who_may_not_verify(world: World, issued: UUID) -> None:
    for caller in (world.node.officer, holder_caller(owner_of(issued)), replace(counter(), kind=Role.AUDITOR)):
        with pytest.raises(NotPermitted):
            look(shown_code(issued), caller=caller)
    assert kinds() == []


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


def test_no_answer_leaves_and_no_code_is_spent_when_the_entry_cannot_be_written(
    world: World, issued: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise LogError("log.stalled", "the log is not published")

    code = shown_code(issued)
    monkeypatch.setattr(record_answer, "record_lookup", broken)
    with pytest.raises(LogError):
        look(code)
    assert Presentation.objects.get().spent_at is None
    assert not Lookup.objects.exists()
    assert not StoredAnswer.objects.exists()
    monkeypatch.undo()
    assert look(code).body["verdict"]["outcome"] == "valid"


def test_refuses_to_look_while_the_log_is_stalled(world: World, issued: UUID) -> None:
    look(shown_code(issued))
    late = AT + timedelta(seconds=301)
    with pytest.raises(LogError) as refused:
        look(shown_code(issued, at=late), key="look-0002", at=late)
    assert refused.value.code == "log.stalled"


def test_nothing_personal_stands_in_logs_entries_receipts_or_refusals(
    world: World, issued: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = shown_code(issued)
    answer = look(code)
    refusals = [look(code, key="look-0002"), look(code, key="look-0003", purpose="测试")]

    personal = _personal_texts()
    assert any(text in json.dumps(answer.body, ensure_ascii=False) for text in personal)
    seen = [caplog.text, *(json.dumps(one.body, ensure_ascii=False) for one in refusals)]
    seen += [bytes(row.leaf).decode() for row in LogEntry.objects.all()]
    seen += [unverified_promise(one.body["receipt"]).entry.decode() for one in (answer, *refusals)]
    seen += [repr(asked(code)), str(Lookup.objects.values()), str(StoredAnswer.objects.values())]
    assert [text for text in personal for place in seen if text in place] == []


def _personal_texts() -> list[str]:
    licence = sample("11100000000013338W001")
    texts = [text for value in licence["values"].values() for text in ([value] if isinstance(value, str) else value)]
    officers = ["陈晓", asked("").purpose, asked("").case_number]
    return [text for text in (*texts, *officers) if len(text) > 1 and text not in PEOPLE.get("public", ())]


@pytest.mark.django_db(transaction=True)
def test_of_twenty_counters_at_once_exactly_one_gets_the_code(settings: Settings, node_folder: object) -> None:
    world = make_world(make_node(), settings)
    code = shown_code(world.node.issue())
    answers = at_once(20, lambda number: look(code, key=f"race-{number:04}", caller=counter(str(100 + number))))

    assert [one for one in answers if not isinstance(one, VerificationAnswer)] == []
    told = [outcomes(one.body)[6][1] for one in answers]
    assert sorted(told) == ["code.used"] * 19 + ["presenter.code_spent"]
    assert len(kinds()) == 20


@pytest.mark.django_db(transaction=True)
def test_one_request_sent_twenty_times_at_once_is_one_look(settings: Settings, node_folder: object) -> None:
    world = make_world(make_node(), settings)
    code = shown_code(world.node.issue())
    answers = at_once(20, lambda _: look(code))

    assert {json.dumps(one.body) for one in answers} == {json.dumps(answers[0].body)}
    assert answers[0].body["verdict"]["outcome"] == "valid"
    assert kinds() == [EntryKind.LOOKUP_VERIFIED]
