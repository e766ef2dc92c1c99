"""A look that policy forbids: refused before anything is spent, recorded, and told to the holder."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts.models import Agency
from certificates.models import Presentation
from tests.integration.factories import AT, holder_caller, owner_of
from tests.integration.recognition_steps import COUNTER_USCC, HOME_MATTER, World, asked, counter, look, shown_code
from tests.log_steps import kinds
from verification.core.lookup_entry import EntryKind
from verification.core.lookup_members import Member
from verification.core.receipt import unverified_promise
from verification.models import Lookup, Matter
from verification.services.my_lookups import my_lookups
from verification.services.publish_log import publish_log

pytestmark = pytest.mark.django_db


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
