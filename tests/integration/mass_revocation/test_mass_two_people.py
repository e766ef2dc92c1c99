"""A mass revocation takes two people: not two accounts of one, nor one opened for it, nor one who has left."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.core.caller import Caller
from accounts.core.errors import NotPermitted
from accounts.core.permissions import Role
from accounts.models import User
from certificates.core.errors import IssueError
from certificates.models import MassRevocation, MassRevocationDecision
from tests.integration.factories import Node, make_agency, officer_of
from tests.integration.mass_revocation.mass_steps import ASKED, admin, asked, decided, several, states

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "counter_officer"}])
def test_k5_an_asker_who_was_removed_makes_it_void(
    node: Node, first: Caller, second: Caller, change: dict[str, Any]
) -> None:
    several(node, 1)
    mass_id = asked(node, first, count=1)
    User.objects.filter(pk=first.principal_id).update(**change)

    assert decided(mass_id, second, count=1) == "issue.mass_requester_gone"

    assert (states(), MassRevocation.objects.get().state) == (["valid"], "void")


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
