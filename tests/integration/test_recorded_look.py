"""No look without its record: one entry on every owner's list, nothing personal in it, and no answer where it cannot be written."""

import json
import logging
from datetime import timedelta
from uuid import UUID

import pytest

from certificates.models import CertificateHolder, Presentation
from certificates.services.erase_holder import erase_holder
from certificates.services.reveal_seal_code import reveal_seal_code
from tests.integration.factories import AT, PEOPLE, holder_caller, owner_of, sample
from tests.integration.recognition_steps import WANTED, World, asked, look, outcomes, shown_code
from tests.log_steps import kinds
from verification.core.errors import LogError
from verification.core.lookup_entry import EntryKind
from verification.core.lookup_members import Member
from verification.core.receipt import unverified_promise
from verification.models import LogEntry, Lookup, LookupDetail, StoredAnswer
from verification.services import record_answer
from verification.services.my_lookups import my_lookups

pytestmark = pytest.mark.django_db


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
