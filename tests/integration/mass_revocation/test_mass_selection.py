"""What a mass revocation is asked for: narrowed by type, key and days, tried out first, for a reason that is one for many."""

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.core.caller import Caller
from certificates.core.errors import IssueError
from certificates.models import MassRevocation
from certificates.queries.mass_revocations import mass_plan
from certificates.services.ask_mass_revocation import ask_mass_revocation
from tests.integration.factories import CONSTRUCTOR, Node
from tests.integration.mass_revocation.mass_steps import ASKED, asked, chosen, several, states

pytestmark = pytest.mark.django_db


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
