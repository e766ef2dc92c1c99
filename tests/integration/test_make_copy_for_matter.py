"""Purpose copies 加注件 that agencies have made: of what an authorised look of their own has shown, and never more."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.core.errors import NotPermitted
from accounts.models import Agency
from certificates.core.errors import CopyError
from certificates.core.grains import Grain
from certificates.models import PurposeCopy
from certificates.services import reserve_copy as reserving
from certificates.services.disclose_credential import disclose_credential
from certificates.services.list_agency_copies import list_agency_copies
from certificates.services.list_own_copies import list_own_copies
from certificates.services.suspend_certificate import suspend_certificate
from tests.integration.copy_steps import copy_file, facts_of, file_made, ordered
from tests.integration.factories import AT, Node, holder_caller, owner_of, sample
from tests.integration.recognition_steps import (
    HOME_MATTER,
    OFFERED,
    WANTED,
    World,
    asked,
    counter,
    issued_in_log,
    looked,
    shown_code,
)
from verification.core.lookup_entry import EntryKind, parse_entry
from verification.core.lookup_members import Member
from verification.models import LogEntry, Lookup, RecognitionRule, UsageRule
from verification.services.asked import VerificationAnswer
from verification.services.fetch_agency_copy import fetch_agency_copy
from verification.services.make_copy_for_matter import MatterCopyRequest, make_copy_for_matter
from verification.services.my_lookups import my_lookups
from verification.services.publish_log import publish_log
from verification.services.verify_presentation import verify_presentation
from verification.triggers import lifted_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files", "world")]
REASON = "投标资格审查存档，代替复印件"


@pytest.fixture
def licence(node: Node, world: World) -> UUID:
    return issued_in_log(node)


@pytest.fixture
def look(licence: UUID) -> UUID:
    """An officer's look at the licence, found valid."""
    return looked(licence)


def order(look: UUID, *, key: str = "copy-0001", **changes: Any) -> VerificationAnswer:
    caller, at = changes.pop("caller", counter()), changes.pop("at", AT)
    given: dict[str, Any] = {"lookup_id": look, "purpose": REASON, "days": 5}
    return make_copy_for_matter(
        caller=caller, request=MatterCopyRequest(**(given | changes)), idempotency_key=key, at=at
    )


def refusal(answer: VerificationAnswer) -> str:
    assert answer.status == 403
    assert PurposeCopy.objects.count() == 0
    assert Lookup.objects.filter(pk=answer.body["lookup_id"], outcome="refused").exists()
    return str(answer.body["code"])


def made(answer: VerificationAnswer) -> UUID:
    assert answer.status == 202, answer.body
    copy_id = UUID(answer.body["id"])
    file_made(copy_id)
    return copy_id


def test_a_copy_holds_what_the_look_showed_and_names_the_agency(licence: UUID, look: UUID) -> None:
    copy_id = made(order(look))

    file = fetch_agency_copy(caller=counter(), copy_id=copy_id, at=AT)
    assert file is not None
    facts = facts_of(file.data)
    assert facts.metadata["JZJZZZ"] == counter().agency_name
    assert facts.metadata["JZJZZSY"] == REASON
    assert facts.metadata["CZZT"] == sample("11100000000013338W001")["values"]["holder_name"]
    assert "KZ_CSRQ" not in facts.metadata
    assert PurposeCopy.objects.get().grains == {name: grain.value for name, grain in OFFERED.items()}


def test_making_and_each_handing_out_are_look_ups_of_the_matter(licence: UUID, look: UUID) -> None:
    copy_id = made(order(look))
    for _ in range(2):
        fetch_agency_copy(caller=counter(), copy_id=copy_id, at=AT)

    lines = [line for line in my_lookups(caller=holder_caller(owner_of(licence)), at=AT) if line.lookup_id != look]
    assert [line.member(Member.MATTER_CODE) for line in lines] == [HOME_MATTER] * 3
    assert {line.member(Member.COPY_NUMBER) for line in lines} == {PurposeCopy.objects.get().number}
    assert PurposeCopy.objects.get().lookup_id in {line.lookup_id for line in lines}
    kinds = [parse_entry(bytes(row.leaf)).kind for row in LogEntry.objects.filter(lookup__isnull=False).order_by("pk")]
    assert kinds == [EntryKind.LOOKUP_VERIFIED, *[EntryKind.LOOKUP_COPIED] * 3]


def test_a_repeat_gets_the_same_answer_and_no_second_copy(look: UUID) -> None:
    assert order(look) == order(look)
    assert PurposeCopy.objects.count() == 1


def test_no_copy_with_more_grains_than_that_look_showed(look: UUID) -> None:
    for fields in ({"holder_code": Grain.FULL}, {"birth_date": Grain.FULL}, {"nothing": Grain.FULL}):
        answer = order(look, fields=fields, key=f"more-{next(iter(fields))}")
        assert refusal(answer) == "copy.more_than_shown"


def test_no_copy_with_more_grains_than_the_usage_list_allows_now(look: UUID) -> None:
    UsageRule.objects.filter(matter_code=HOME_MATTER).update(fields={"certificate_number": "full"})

    assert refusal(order(look, fields={"holder_name": Grain.FULL})) == "copy.more_than_shown"
    made(order(look, key="copy-0002"))
    assert PurposeCopy.objects.get().grains == {"certificate_number": "full"}


def test_no_copy_where_the_usage_list_allows_none(look: UUID) -> None:
    UsageRule.objects.update(copies=False)
    assert refusal(order(look)) == "copy.not_allowed"


@pytest.mark.parametrize("reason", ["测试", "查询查询查询", "HZZB202600012", "x"])
def test_no_copy_for_a_junk_purpose(look: UUID, reason: str) -> None:
    assert refusal(order(look, purpose=reason)).startswith("purpose.")


def test_no_copy_of_anothers_look(look: UUID) -> None:
    assert refusal(order(look, caller=counter("32"))) == "copy.look_unknown"
    assert refusal(order(uuid4(), key="copy-0002")) == "copy.look_unknown"


def test_no_copy_of_a_look_that_did_not_find_the_licence_valid(node: Node, licence: UUID) -> None:
    code = shown_code(licence)
    suspend_certificate(caller=node.officer, certificate_id=licence, reason_code="investigation", at=AT)
    publish_log(at=AT)
    answer = verify_presentation(caller=counter(), request=asked(code), idempotency_key="look-0001", at=AT)
    assert answer.body["verdict"]["outcome"] == "invalid"

    assert refusal(order(UUID(answer.body["lookup_id"]))) == "copy.look_unknown"


def test_no_copy_of_a_look_of_yesterday(look: UUID) -> None:
    late = AT + timedelta(hours=25)
    publish_log(at=late)
    assert refusal(order(look, at=late)) == "copy.look_too_old"


def test_no_copy_of_a_look_at_a_copy(licence: UUID) -> None:
    """A copy is good for what it states: another one, for another matter, is made of the licence."""
    RecognitionRule.objects.update(presence_required=False, required={})
    code = facts_of(copy_file(licence)).code
    assert code is not None
    answer = verify_presentation(caller=counter(), request=asked(code), idempotency_key="look-0002", at=AT)
    assert answer.body["verdict"]["outcome"] == "valid"

    refused = order(UUID(answer.body["lookup_id"]))
    assert (refused.status, refused.body["code"]) == (403, "copy.look_unknown")


def test_no_copy_of_a_look_at_a_past_moment(licence: UUID) -> None:
    RecognitionRule.objects.update(presence_required=False, required={})
    credential, now = disclose_credential(certificate_id=licence, grains=WANTED).sd_jwt, AT + timedelta(days=20)
    publish_log(at=now)
    request = asked(credential, as_of=AT + timedelta(days=5))
    answer = verify_presentation(caller=counter(), request=request, idempotency_key="look-0002", at=now)
    assert answer.body["verdict"]["outcome"] == "valid"

    assert refusal(order(UUID(answer.body["lookup_id"]), at=now)) == "copy.look_unknown"


def test_no_copy_of_a_licence_that_ended_since_the_look(node: Node, licence: UUID, look: UUID) -> None:
    suspend_certificate(caller=node.officer, certificate_id=licence, reason_code="investigation", at=AT)
    assert refusal(order(look)) == "copy.licence_ended"


def test_no_copy_of_what_is_another_provinces(look: UUID) -> None:
    with lifted_triggers():
        Lookup.objects.filter(pk=look).update(side=Lookup.Side.RELYING)
    assert refusal(order(look)) == "copy.look_unknown"


def test_a_copy_is_handed_to_its_own_agency_only(licence: UUID, look: UUID) -> None:
    copy_id = made(order(look))
    strangers = (counter(uscc="12330100MB9900099X"), holder_caller(owner_of(licence)))
    for stranger in strangers:
        with pytest.raises((NotPermitted, CopyError)) as refused:
            fetch_agency_copy(caller=stranger, copy_id=copy_id, at=AT)
        assert refused.value.code in {"permission.denied", "copy.unknown"}


@pytest.mark.parametrize(
    "withdrawn",
    [{"copies": False}, {"is_active": False}, {"fields": {"certificate_number": "full"}}],
    ids=["copies", "rule", "fields"],
)
def test_no_hand_out_once_the_usage_list_allows_it_no_more(look: UUID, withdrawn: dict[str, Any]) -> None:
    copy_id = made(order(look))
    UsageRule.objects.update(**withdrawn)

    with pytest.raises(CopyError) as refused:
        fetch_agency_copy(caller=counter(), copy_id=copy_id, at=AT)
    assert refused.value.code == "copy.handed_no_more"


def test_no_hand_out_to_an_agency_that_no_longer_looks_licences_up(look: UUID) -> None:
    copy_id = made(order(look))
    Agency.objects.update(relies=False)

    with pytest.raises(CopyError) as refused:
        fetch_agency_copy(caller=counter(), copy_id=copy_id, at=AT)
    assert refused.value.code == "copy.handed_no_more"


def test_an_agencys_copies_count_apart_from_the_holders(
    licence: UUID, look: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reserving, "MOST_COPIES", 1)
    ordered(licence)
    made(order(look))
    answer = order(look, key="copy-0002")
    assert (answer.status, answer.body["code"]) == (403, "copy.too_many")


def test_the_holder_sees_that_an_agency_has_a_copy(licence: UUID, look: UUID) -> None:
    made(order(look))

    (line,) = list_own_copies(caller=holder_caller(owner_of(licence)), at=AT)
    assert (line.maker, line.maker_name, line.own, line.state) == ("agency", counter().agency_name, False, "ready")
    (own,) = list_agency_copies(caller=counter(), at=AT)
    assert (own.own, own.matter_code, own.recipient) == (True, HOME_MATTER, counter().agency_name)
