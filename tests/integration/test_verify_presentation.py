"""A code of the own region at a counter: valid with the signed grains, or judged for what is wrong with it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from pytest_django import Settings

from accounts.core.errors import NotPermitted
from accounts.core.permissions import Role
from certificates.adapters.key_vault import destroy_subject_key
from certificates.core.grains import Grain
from certificates.models import Presentation
from certificates.services.revoke_certificate import revoke_certificate
from tests.integration.factories import AT, holder_caller, make_node, owner_of, sample
from tests.integration.recognition_steps import WANTED, World, counter, look, make_world, outcomes, shown_code, values
from tests.integration.threads import at_once
from tests.log_steps import kinds
from verification.core.lookup_entry import EntryKind
from verification.models import Lookup, UsageRule
from verification.queries.current_trust_list import current_trust_list
from verification.services.asked import VerificationAnswer
from verification.services.my_lookups import my_lookups

pytestmark = pytest.mark.django_db


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


def test_a_licence_whose_key_goes_while_its_code_is_spent_is_refused(world: World, issued: UUID) -> None:
    code = shown_code(issued)
    destroy_subject_key(f"certificate-{issued}")
    answer = look(code)

    assert answer.body["verdict"]["outcome"] == "invalid"
    assert outcomes(answer.body)[6] == ("failed", "code.erased")
    assert Presentation.objects.get().spent_at is not None


def test_refuses_who_may_not_verify(world: World, issued: UUID) -> None:
    for caller in (world.node.officer, holder_caller(owner_of(issued)), replace(counter(), kind=Role.AUDITOR)):
        with pytest.raises(NotPermitted):
            look(shown_code(issued), caller=caller)
    assert kinds() == []


@pytest.mark.django_db(transaction=True)
def test_of_twenty_counters_at_once_exactly_one_gets_the_code(settings: Settings, node_folder: object) -> None:
    world = make_world(make_node(), settings)
    code = shown_code(world.node.issue())
    answers = at_once(20, lambda number: look(code, key=f"race-{number:04}", caller=counter(str(100 + number))))

    assert [one for one in answers if not isinstance(one, VerificationAnswer)] == []
    told = [outcomes(one.body)[6][1] for one in answers]
    assert sorted(told) == ["code.used"] * 19 + ["presenter.code_spent"]
    assert len(kinds()) == 20
