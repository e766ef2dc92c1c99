"""The page on which auditors and administrators see how the node stands."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from accounts.core.permissions import Role
from accounts.services.create_user import create_user
from tests.functional.page_steps import PASSWORD, officer, signed_in, start_journey, words
from tests.integration.factories import AT, CONSTRUCTOR, Node, sample
from verification.models import JournalHour

pytestmark = pytest.mark.django_db


def reader(role: Role = Role.AUDITOR) -> Client:
    create_user(username=role.value, password=PASSWORD, role=role)
    return signed_in(role.value)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.NODE_ADMIN])
def test_shows_auditors_and_administrators_a_node_that_stands_well(node: Node, settings: Settings, role: Role) -> None:
    start_journey(node, settings)
    client = reader(role)

    assert 'href="/audit"' in client.get("/").content.decode()
    answer = client.get("/audit")
    told = words(answer.content)

    assert "no-store" in answer["Cache-Control"]
    assert "节点可以作答" in told
    assert "信任清单剩余天数 90" in told
    assert "等待写入日志 0" in told
    assert "2026-11-23 09:00:00" in told
    assert "manage.py audit_log" in told
    assert "即将到期" not in told
    assert sample(CONSTRUCTOR)["values"]["holder_name"] not in told


@pytest.mark.parametrize(
    ("days", "said"), [(59, "信任清单剩余天数 31"), (60, "信任清单只剩 30 天"), (89, "信任清单只剩 1 天")]
)
def test_warns_from_thirty_days_before_the_list_ends(
    node: Node, settings: Settings, clock: time_machine.Traveller, days: int, said: str
) -> None:
    start_journey(node, settings)
    clock.move_to(AT + timedelta(days=days))

    told = words(reader().get("/audit").content)

    assert said in told
    assert ("即将到期" in told) == (days >= 60)


def test_names_the_faults_in_words_with_their_codes(
    node: Node, settings: Settings, clock: time_machine.Traveller
) -> None:
    start_journey(node, settings)
    clock.move_to(AT + timedelta(days=90))

    told = words(reader().get("/audit").content)

    assert "节点可以作答" not in told
    assert "trust_list.expired" in told
    assert "没有有效的信任清单" in told


def test_shows_the_counts_of_the_journal(node: Node) -> None:
    JournalHour.objects.create(hour=AT.replace(minute=0), counts={"auth.assertion": 21})

    told = words(reader().get("/audit").content)

    assert "11-23 09:00 auth.assertion 21 未满或待写入" in told


def test_refuses_everybody_else(node: Node, issued: UUID) -> None:
    assert officer(node).get("/audit").status_code == 403
    assert officer(node, role=Role.AGENCY_ADMIN).get("/audit").status_code == 403
    assert Client().get("/audit").status_code == 302
    assert reader().post("/audit").status_code == 405
