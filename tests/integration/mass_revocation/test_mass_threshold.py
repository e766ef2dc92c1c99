"""What takes two administrators is refused one by one: so many licences ended in an hour are a mass revocation."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django import Settings

from accounts.core.caller import Caller
from certificates.core.errors import IssueError
from certificates.queries.mass_revocations import ended_lately
from certificates.services.reinstate_certificate import reinstate_certificate
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.suspend_certificate import suspend_certificate
from tests.integration.factories import AT, Node, make_node
from tests.integration.mass_revocation.mass_steps import LATER, asked, decided, several, states
from tests.integration.threads import at_once

pytestmark = pytest.mark.django_db
MOMENT = timedelta(seconds=1)


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
