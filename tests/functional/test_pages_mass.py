"""批量撤销 on the pages: tried out, asked for by one administrator, approved by another, and by nobody alone."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from accounts.core.permissions import Role
from accounts.models import User
from accounts.services.create_user import create_user
from certificates.models import Certificate, MassRevocation
from tests.functional.page_steps import PASSWORD, officer, signed_in, words
from tests.integration.factories import AT, CONSTRUCTOR, Node, make_agency

pytestmark = pytest.mark.django_db
PATH = "/mass-revocations"


def administrator(node: Node, name: str, staff: str, *, role: Role = Role.AGENCY_ADMIN) -> Client:
    uscc = None if role is Role.NODE_ADMIN else node.agency.uscc
    create_user(username=name, password=PASSWORD, role=role, agency_uscc=uscc, staff_number=staff)
    User.objects.update(date_joined=AT - timedelta(days=1))
    return signed_in(name)


@pytest.fixture
def first(node: Node, issued: UUID) -> Client:
    return administrator(node, "first", "A-1")


def carried(content: bytes) -> dict[str, str]:
    form = content.decode().partition('<section class="card check-card">')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', form))


def asked(client: Client, **chosen: str) -> str:
    tried = client.post(PATH, {"type_code": CONSTRUCTOR, "reason_code": "issued_in_error", "step": "try"} | chosen)
    answer = client.post(PATH, carried(tried.content) | {"step": "ask"})
    assert answer.status_code == 302, words(answer.content)
    return str(answer["Location"])


def state() -> str:
    return Certificate.objects.get().state


def test_one_administrator_asks_and_another_approves(node: Node, first: Client, clock: time_machine.Traveller) -> None:
    assert "批量撤销" in words(first.get("/").content)
    tried = first.post(PATH, {"type_code": CONSTRUCTOR, "reason_code": "issued_in_error", "step": "try"})
    assert "试算：将撤销 1 份" in words(tried.content)
    assert "试算没有改变任何证照" in words(tried.content)
    assert not MassRevocation.objects.exists()

    page = asked(first)
    own = words(first.get(page).content)
    assert "这是您提出的，须由另一位管理员复核" in own
    assert "复核并撤销" not in own
    clock.move_to(AT + timedelta(minutes=10))
    first.post(page, {"decision": "approve", "count": "1"})
    assert "提出和复核必须是两个人" in words(first.get(page).content)
    assert state() == "valid"

    second = administrator(node, "second", "A-2")
    second.post(page, {"decision": "approve", "count": "2"})
    assert "份数和试算的不一致" in words(second.get(page).content)
    second.post(page, {"decision": "approve", "count": "1"})

    told = words(second.get(page).content)
    assert "已全部撤销" in told
    assert state() == "revoked"
    assert "复核并撤销" not in told
    assert "已撤销" in words(first.get(PATH).content)


def test_rejecting_leaves_everything_as_it_is(node: Node, first: Client) -> None:
    page = asked(first)
    first.post(page, {"decision": "reject"})
    assert "已否决，没有证照改变" in words(first.get(page).content)
    assert state() == "valid"


def test_refuses_a_choice_that_nothing_narrows_and_a_decision_that_is_none(node: Node, first: Client) -> None:
    told = words(first.post(PATH, {"reason_code": "penalty", "step": "try"}).content)
    assert "请至少选一个条件" in told
    days = {"issued_from": "2026-11-24", "issued_until": "2026-11-23", "reason_code": "penalty", "step": "try"}
    assert "截止日期早于开始日期" in words(first.post(PATH, days).content)
    page = asked(first)
    for decision in ("", "done", "APPROVE"):
        assert first.post(page, {"decision": decision, "count": "1"}).status_code == 404


def test_refuses_another_agency_and_whoever_may_not(node: Node, first: Client) -> None:
    page = asked(first, agency_uscc="12330100MB9900048F")  # the form's agency is the own one, whatever is sent
    assert MassRevocation.objects.get().agency.uscc == node.agency.uscc
    other = make_agency(which="hz_land")
    stranger = officer(node, role=Role.AGENCY_ADMIN, agency_uscc=other.uscc)
    assert stranger.get(page).status_code == 404
    assert stranger.post(page, {"decision": "approve", "count": "1"}).status_code == 404
    for role in (Role.ISSUING_OFFICER, Role.COUNTER_OFFICER):
        client = officer(node, role=role)
        assert client.get(PATH).status_code == 403
        assert client.post(page, {"decision": "approve", "count": "1"}).status_code == 403
    assert Client().get(PATH).status_code == 302
    assert state() == "valid"


def test_the_nodes_administrator_names_the_agency_and_sees_every_set(node: Node, first: Client) -> None:
    asked(first)
    root = administrator(node, "root", "N-1", role=Role.NODE_ADMIN)
    assert "1 份" in words(root.get(PATH).content)
    chosen = {"type_code": CONSTRUCTOR, "reason_code": "penalty", "step": "try", "agency_uscc": node.agency.uscc}
    assert "试算：将撤销 1 份" in words(root.post(PATH, chosen).content)
    assert "请填写这一项" in words(root.post(PATH, {**chosen, "agency_uscc": ""}).content)


def test_the_pages_speak_english(node: Node, first: Client) -> None:
    english = {"accept-language": "en"}
    page = asked(first)
    first.get(page)  # the message of asking is read in Chinese
    for path in (PATH, page):
        told = words(first.get(path, headers=english).content)
        assert "Mass revocation" in told
        assert not re.search(r"[\u4e00-\u9fff]", told.replace("中文", ""))
