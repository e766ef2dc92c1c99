"""Many licences at once: two people, the exact set, one final state, an event each and every list signed once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.core.caller import Caller
from accounts.core.errors import NotPermitted
from accounts.core.permissions import Role
from accounts.models import User
from accounts.services.create_user import create_user
from accounts.services.session_caller import session_caller
from certificates.core.errors import IssueError
from certificates.core.mass_revocation import MassSelection
from certificates.core.status_bits import StatusBits
from certificates.core.status_list import Status
from certificates.models import (
    Certificate,
    CertificateEvent,
    MassRevocation,
    MassRevocationDecision,
    MassRevocationItem,
    NodeKey,
    StatusEntry,
    StatusList,
    StatusToken,
)
from certificates.queries.mass_revocations import ended_lately, mass_plan, mass_requests
from certificates.services.ask_mass_revocation import ask_mass_revocation
from certificates.services.decide_mass_revocation import decide_mass_revocation
from certificates.services.reinstate_certificate import reinstate_certificate
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.suspend_certificate import suspend_certificate
from tests.integration.factories import AT, CONSTRUCTOR, Node, make_agency, make_node, officer_of
from tests.integration.threads import at_once
from verification.queries.audit_certificates import certificate_findings

pytestmark = pytest.mark.django_db

ASKED = AT + timedelta(minutes=1)
LATER = AT + timedelta(hours=1)
MOMENT = timedelta(seconds=1)
PASSWORD = "correct-horse-battery-9"


def admin(
    node: Node, name: str, *, staff: str, role: Role = Role.AGENCY_ADMIN, uscc: str | None = None, joined: datetime = AT
) -> Caller:
    agency = None if role is Role.NODE_ADMIN else uscc or node.agency.uscc
    pk = create_user(username=name, password=PASSWORD, role=role, agency_uscc=agency, staff_number=staff)
    User.objects.filter(pk=pk).update(date_joined=joined)
    return session_caller(User.objects.select_related("agency").get(pk=pk))


@pytest.fixture
def first(node: Node) -> Caller:
    return admin(node, "first", staff="A-1")


@pytest.fixture
def second(node: Node) -> Caller:
    return admin(node, "second", staff="A-2")


def several(node: Node, number: int = 3) -> list[UUID]:
    return [
        node.issue(node.request(values={"certificate_number": f"浙2332026202{one:06d}"}), key=f"many-{one}")
        for one in range(number)
    ]


def chosen(node: Node, **changes: Any) -> MassSelection:
    return MassSelection(**({"agency_uscc": node.agency.uscc, "type_code": CONSTRUCTOR} | changes))


def asked(node: Node, caller: Caller, *, count: int = 3, **changes: Any) -> UUID:
    return ask_mass_revocation(
        caller=caller,
        selection=chosen(node, **changes),
        reason_code="issued_in_error",
        expected_count=count,
        at=ASKED,
    )


def decided(mass_id: UUID, caller: Caller, *, wanted: str = "approve", count: int = 3, at: Any = LATER) -> str:
    return decide_mass_revocation(caller=caller, mass_id=mass_id, wanted=wanted, count=count, at=at)


def states() -> list[str]:
    return sorted(Certificate.objects.values_list("state", flat=True))


def test_k4_two_administrators_revoke_the_exact_set_with_an_event_each_and_one_version_of_every_list(
    node: Node, first: Caller, second: Caller
) -> None:
    licences = several(node)
    suspend_certificate(caller=node.officer, certificate_id=licences[1], reason_code="investigation", at=AT)
    plan = mass_plan(selection=chosen(node), reason_code="issued_in_error")
    assert (plan.count, plan.by_type) == (3, ((CONSTRUCTOR, 3),))
    assert states() == ["suspended", "valid", "valid"]  # a dry run changes nothing
    mass_id = asked(node, first)
    later = node.issue(node.request(values={"certificate_number": "浙2332026202999999"}), key="later")
    versions = StatusToken.objects.count()

    assert decided(mass_id, second) == "done"

    assert Certificate.objects.get(pk=later).state == "valid"  # not in the set that was asked for
    events = CertificateEvent.objects.filter(kind="event.revoked")
    assert {event.certificate_id for event in events} == set(licences)
    assert len({bytes(event.leaf) for event in events}) == 3
    assert {(event.reason_code, event.actor, event.at) for event in events} == {
        ("issued_in_error", f"mass:{first.principal_id}+{second.principal_id}", LATER)
    }
    assert StatusToken.objects.count() == versions + StatusList.objects.count()
    for entry in StatusEntry.objects.filter(certificate__in=licences).select_related("status_list"):
        assert StatusBits(bits=2, data=bytes(entry.status_list.packed)).get(entry.index) == Status.INVALID
        assert entry.value == Status.INVALID
    assert certificate_findings() == []
    assert [one.outcome for one in mass_requests(agency_uscc=node.agency.uscc)[0].decisions] == ["done"]


def test_k1_refuses_the_asker_and_the_askers_second_account(node: Node, first: Caller) -> None:
    several(node)
    mass_id = asked(node, first)
    other_account = admin(node, "first-again", staff="A-1")
    node_account = admin(node, "first-as-node", staff="A-1", role=Role.NODE_ADMIN)

    for caller in (first, other_account, node_account):
        assert decided(mass_id, caller) == "issue.mass_same_person"

    assert states() == ["valid"] * 3
    assert MassRevocation.objects.get().state == "pending"
    assert MassRevocationDecision.objects.count() == 3
    assert decided(mass_id, admin(node, "other", staff="A-2")) == "done"


def test_k1_refuses_accounts_that_no_staff_number_tells_apart(node: Node, first: Caller) -> None:
    several(node)
    mass_id = asked(node, first)
    assert decided(mass_id, admin(node, "nameless", staff="")) == "issue.mass_person_unknown"
    User.objects.filter(pk=first.principal_id).update(staff_number="")
    assert decided(mass_id, admin(node, "other", staff="A-2")) == "issue.mass_person_unknown"
    assert states() == ["valid"] * 3


@pytest.mark.parametrize("after", [timedelta(0), timedelta(seconds=1), timedelta(minutes=30)])
def test_k1_refuses_an_account_that_was_opened_after_the_asking(node: Node, first: Caller, after: timedelta) -> None:
    several(node)
    mass_id = asked(node, first)
    puppet = admin(node, "puppet", staff="Z-9", joined=ASKED + after)
    assert decided(mass_id, puppet) == "issue.mass_account_new"
    assert (states(), MassRevocation.objects.get().state) == (["valid"] * 3, "pending")
    older = admin(node, "older", staff="A-2", joined=ASKED - timedelta(microseconds=1))
    assert decided(mass_id, older) == "done"


@pytest.mark.django_db(transaction=True)
def test_k2_of_approve_and_reject_at_one_instant_one_counts_and_all_are_recorded(node_folder: object) -> None:
    node = make_node()
    callers = [admin(node, f"admin-{number}", staff=f"B-{number}") for number in range(5)]
    several(node, 2)
    mass_id = asked(node, callers[0], count=2)

    def decide(number: int) -> str:
        wanted = "approve" if number % 2 else "reject"
        return decided(mass_id, callers[number + 1], wanted=wanted, count=2)

    outcomes = at_once(4, decide)

    final = [one for one in outcomes if one != "issue.mass_decided"]
    assert len(final) == 1
    assert final[0] == MassRevocation.objects.get().state
    assert states() == (["revoked"] * 2 if final == ["done"] else ["valid"] * 2)
    assert sorted(MassRevocationDecision.objects.values_list("outcome", flat=True)) == sorted(outcomes)


def _one_revoked(node: Node) -> None:
    certificate = Certificate.objects.earliest("pk")
    revoke_certificate(caller=node.officer, certificate_id=certificate.pk, reason_code="penalty", at=LATER)


def _one_added(node: Node) -> None:
    added = node.issue(node.request(values={"certificate_number": "浙2332026202888888"}), key="added")
    MassRevocationItem.objects.create(mass=MassRevocation.objects.get(), certificate_id=added)
    MassRevocation.objects.update(count=4)


def _one_exchanged(node: Node) -> None:
    added = node.issue(node.request(values={"certificate_number": "浙2332026202777777"}), key="exchanged")
    MassRevocationItem.objects.filter(pk=MassRevocationItem.objects.earliest("pk").pk).update(certificate_id=added)


def _one_taken_out(node: Node) -> None:
    MassRevocationItem.objects.earliest("pk").delete()


def _another_reason(node: Node) -> None:
    MassRevocation.objects.update(reason_code="penalty")


@pytest.mark.parametrize("change", [_one_revoked, _one_added, _one_exchanged, _one_taken_out, _another_reason])
def test_k3_an_approval_of_anything_but_the_set_that_was_asked_for_is_void(
    node: Node, first: Caller, second: Caller, change: Callable[[Node], None]
) -> None:
    several(node)
    mass_id = asked(node, first)
    change(node)
    before = states()

    assert decided(mass_id, second, count=MassRevocation.objects.get().count) == "issue.mass_changed"

    assert states() == before
    assert MassRevocation.objects.get().state == "void"
    assert decided(mass_id, second) == "issue.mass_decided"  # void is final


def test_k4_refuses_a_count_that_is_not_the_dry_runs_and_a_decision_at_once(
    node: Node, first: Caller, second: Caller
) -> None:
    several(node)
    for count in (2, 4, 0):
        with pytest.raises(IssueError) as refused:
            asked(node, first, count=count)
        assert refused.value.code == "issue.mass_count"
    mass_id = asked(node, first)
    assert decided(mass_id, second, at=ASKED + timedelta(seconds=299)) == "issue.mass_early"
    for count in (2, 4, -1):
        assert decided(mass_id, second, count=count) == "issue.mass_count"
    assert states() == ["valid"] * 3
    assert decided(mass_id, second, at=ASKED + timedelta(seconds=300)) == "done"


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "counter_officer"}])
def test_k5_an_asker_who_was_removed_makes_it_void(
    node: Node, first: Caller, second: Caller, change: dict[str, Any]
) -> None:
    several(node, 1)
    mass_id = asked(node, first, count=1)
    User.objects.filter(pk=first.principal_id).update(**change)

    assert decided(mass_id, second, count=1) == "issue.mass_requester_gone"

    assert (states(), MassRevocation.objects.get().state) == (["valid"], "void")


def test_rejecting_changes_nothing_and_needs_no_second_person(node: Node, first: Caller, second: Caller) -> None:
    several(node, 1)
    for caller, wanted in ((first, "reject"), (second, "reject"), (second, "anything else")):
        mass_id = asked(node, first, count=1)
        assert decided(mass_id, caller, wanted=wanted, count=1) == "rejected"
        assert decided(mass_id, second, count=1) == "issue.mass_decided"
    assert states() == ["valid"]


def test_refuses_those_who_may_not_and_another_agencys(node: Node, first: Caller) -> None:
    several(node, 1)
    other = make_agency(which="hz_land")
    stranger = admin(node, "stranger", staff="C-1", uscc=other.uscc)
    mass_id = asked(node, first, count=1)

    for caller in (node.officer, officer_of(node.agency, role=Role.COUNTER_OFFICER)):
        with pytest.raises(NotPermitted):
            asked(node, caller, count=1)
        with pytest.raises(NotPermitted):
            decided(mass_id, caller, count=1)
    with pytest.raises(IssueError) as refused:
        asked(node, stranger, count=1)
    assert refused.value.code == "issue.unknown"
    for one in (mass_id, uuid4()):
        with pytest.raises(IssueError) as refused:
            decided(one, stranger, count=1)
        assert refused.value.code == "issue.mass_unknown"
    assert decided(mass_id, admin(node, "root", staff="N-1", role=Role.NODE_ADMIN), count=1) == "done"


def test_the_choice_is_narrowed_by_type_key_and_days_in_china(node: Node, first: Caller) -> None:
    several(node, 2)
    today = date(2026, 11, 23)
    for changes, count in (
        ({}, 2),
        ({"type_code": "", "issuer_kid": node.kid}, 2),
        ({"issued_from": today, "issued_until": today}, 2),
        ({"issued_from": today + timedelta(days=1)}, 0),
        ({"issued_until": today - timedelta(days=1)}, 0),
    ):
        assert mass_plan(selection=chosen(node, **changes), reason_code="penalty").count == count, changes
    with pytest.raises(IssueError) as refused:
        asked(node, first, count=0, type_code="other")
    assert refused.value.code == "issue.mass_empty"


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer_kid": "AAAAAAAAAAA"},
        {"type_code": "other"},
        {"agency_uscc": "12330100MB9900048F"},
        {"issued_from": date(2026, 11, 23), "issued_until": date(2026, 11, 22)},
    ],
)
def test_a_dry_run_refuses_what_is_not_here_rather_than_count_nothing(node: Node, changes: dict[str, Any]) -> None:
    several(node, 1)
    with pytest.raises(IssueError) as refused:
        mass_plan(selection=chosen(node, **changes), reason_code="penalty")
    assert refused.value.code == "issue.mass_selection"


@pytest.mark.parametrize("reason", ["", "No Reason", "holder_request", "investigation"])
def test_refuses_many_for_a_reason_that_is_none_for_many(node: Node, first: Caller, reason: str) -> None:
    several(node, 2)
    with pytest.raises(IssueError) as refused:
        ask_mass_revocation(caller=first, selection=chosen(node), reason_code=reason, expected_count=2, at=ASKED)
    assert refused.value.code == "issue.reason"


def test_refuses_more_in_a_set_than_one_transaction_should_hold(
    node: Node, first: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    several(node, 2)
    monkeypatch.setattr("certificates.services.ask_mass_revocation.MOST", 1)
    monkeypatch.setattr("certificates.queries.mass_revocations.MOST", 1)
    with pytest.raises(IssueError) as refused:
        asked(node, first, count=2)
    assert refused.value.code == "issue.mass_too_many"


def test_refuses_one_by_one_what_takes_two_administrators(
    node: Node, first: Caller, second: Caller, settings: Settings
) -> None:
    settings.NODE = replace(settings.NODE, mass_revoke_threshold=2)
    licences = several(node, 4)
    for minutes, one in ((0, licences[0]), (1, licences[1])):
        revoke_certificate(
            caller=node.officer, certificate_id=one, reason_code="penalty", at=AT + timedelta(minutes=minutes)
        )

    with pytest.raises(IssueError) as refused:
        revoke_certificate(
            caller=node.officer, certificate_id=licences[2], reason_code="penalty", at=AT + timedelta(minutes=59)
        )

    assert refused.value.code == "issue.mass_needed"
    with pytest.raises(IssueError) as refused:
        suspend_certificate(
            caller=node.officer,
            certificate_id=licences[2],
            reason_code="investigation",
            at=AT + timedelta(minutes=59),
        )
    assert refused.value.code == "issue.mass_needed"
    assert states() == ["revoked"] * 2 + ["valid"] * 2
    at = AT + timedelta(hours=2)  # an hour is over: single revocations go on
    revoke_certificate(caller=node.officer, certificate_id=licences[2], reason_code="penalty", at=at)
    assert decided(asked(node, first, count=1), second, count=1, at=at) == "done"
    assert ended_lately(agency_uscc=node.agency.uscc, at=at) == 1  # what two administrators did does not count


def test_refuses_suspending_one_by_one_what_takes_two_administrators(node: Node, settings: Settings) -> None:
    settings.NODE = replace(settings.NODE, mass_revoke_threshold=2)
    licences = several(node, 3)
    again = ((suspend_certificate, "penalty"), (reinstate_certificate, "cleared"), (suspend_certificate, "penalty"))
    for act, reason in again:  # the same licence counts once
        act(caller=node.officer, certificate_id=licences[0], reason_code=reason, at=AT)
    suspend_certificate(caller=node.officer, certificate_id=licences[1], reason_code="investigation", at=AT)

    for act in (suspend_certificate, revoke_certificate):
        with pytest.raises(IssueError) as refused:
            act(caller=node.officer, certificate_id=licences[2], reason_code="penalty", at=LATER - MOMENT)
        assert refused.value.code == "issue.mass_needed"

    assert states() == ["suspended", "suspended", "valid"]
    reinstate_certificate(
        caller=node.officer, certificate_id=licences[0], reason_code="cleared", at=AT
    )  # never bounded
    suspend_certificate(caller=node.officer, certificate_id=licences[2], reason_code="investigation", at=LATER)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [revoke_certificate, suspend_certificate])
def test_refuses_at_one_moment_what_takes_two_administrators(
    node_folder: object, settings: Settings, act: Callable[..., None]
) -> None:
    settings.NODE = replace(settings.NODE, mass_revoke_threshold=2)
    node = make_node()
    licences = several(node, 6)

    def end(number: int) -> None:
        act(caller=node.officer, certificate_id=licences[number], reason_code="penalty", at=AT)

    told = at_once(6, end)

    assert sorted(getattr(one, "code", "") for one in told) == ["", "", *["issue.mass_needed"] * 4]
    assert states().count("valid") == 4


def test_nothing_changes_when_the_lists_cannot_be_signed(node: Node, first: Caller, second: Caller) -> None:
    several(node, 2)
    mass_id = asked(node, first, count=2)
    NodeKey.objects.filter(purpose="status").delete()

    with pytest.raises(Exception, match=r"status_list\.key"):
        decided(mass_id, second, count=2)

    assert states() == ["valid"] * 2
    assert MassRevocation.objects.get().state == "pending"


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("mass_revocation", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_tries_out_and_asks_and_never_approves(node: Node, first: Caller) -> None:
    several(node, 2)
    uscc = node.agency.uscc
    assert told(uscc, "--type", CONSTRUCTOR) == f"{CONSTRUCTOR} 2\ntotal 2\n"
    assert told(uscc, "--from", "2027-01-01") == "total 0\n"

    mass_id = told(uscc, "--type", CONSTRUCTOR, "--ask", "first", "--count", "2").strip()

    assert str(MassRevocation.objects.get().pk) == mass_id
    assert states() == ["valid"] * 2
    for arguments in (
        (uscc,),
        (uscc, "--type", CONSTRUCTOR, "--ask", "first"),
        (uscc, "--type", CONSTRUCTOR, "--ask", "first", "--count", "3"),
        (uscc, "--type", CONSTRUCTOR, "--ask", "nobody", "--count", "2"),
    ):
        with pytest.raises(CommandError):
            told(*arguments)
