"""Many licences at once: the exact set that was asked for, one final state, an event each and every list signed once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.core.caller import Caller
from certificates.core.errors import IssueError
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
from certificates.queries.mass_revocations import mass_plan, mass_requests
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.suspend_certificate import suspend_certificate
from tests.integration.factories import AT, CONSTRUCTOR, Node, make_node
from tests.integration.mass_revocation.mass_steps import ASKED, LATER, admin, asked, chosen, decided, several, states
from tests.integration.threads import at_once
from verification.queries.audit_certificates import certificate_findings

pytestmark = pytest.mark.django_db


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


def test_rejecting_changes_nothing_and_needs_no_second_person(node: Node, first: Caller, second: Caller) -> None:
    several(node, 1)
    for caller, wanted in ((first, "reject"), (second, "reject"), (second, "anything else")):
        mass_id = asked(node, first, count=1)
        assert decided(mass_id, caller, wanted=wanted, count=1) == "rejected"
        assert decided(mass_id, second, count=1) == "issue.mass_decided"
    assert states() == ["valid"]


def test_nothing_changes_when_the_lists_cannot_be_signed(node: Node, first: Caller, second: Caller) -> None:
    several(node, 2)
    mass_id = asked(node, first, count=2)
    NodeKey.objects.filter(purpose="status").delete()

    with pytest.raises(Exception, match=r"status_list\.key"):
        decided(mass_id, second, count=2)

    assert states() == ["valid"] * 2
    assert MassRevocation.objects.get().state == "pending"
