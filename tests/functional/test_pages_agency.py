"""The administrator's page of an agency's people, and everybody's page of the own password."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.core.permissions import Role
from accounts.models import User
from accounts.services.register_api_client import register_api_client
from tests.functional.page_steps import PASSWORD, holder_of, officer, signed_in, words
from tests.integration.accounts_steps import KEY
from tests.integration.factories import AT, Node, make_agency

pytestmark = pytest.mark.django_db

NEW = "battery-staple-horse-3"
PERSON = {
    "username": "li.na",
    "role": "counter_officer",
    "staff_number": "ZJ-018",
    "post": "窗口受理岗",
    "unit": "政务服务处",
    "password": PASSWORD,
    "password_again": PASSWORD,
}


def fresh(username: str, password: str) -> Client:
    client = Client(headers={"accept-language": "zh-CN"})
    client.post("/sign-in", {"username": username, "password": password})
    return client


def change(client: Client, old: str, new: str, again: str | None = None) -> str:
    form = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return words(client.post("/password", form, follow=True).content)


@pytest.fixture
def admin(node: Node) -> Client:
    return officer(node, role=Role.AGENCY_ADMIN)


def test_lists_people_and_systems_of_the_own_agency(node: Node, admin: Client) -> None:
    officer(node)
    other = make_agency(which="hz_land")
    officer(node, role=Role.COUNTER_OFFICER, agency_uscc=other.uscc)
    register_api_client(
        client_id="zj-own",
        agency_uscc=node.agency.uscc,
        keys=KEY.as_dict(private=False),
        scopes=["certificates:issue", "certificates:manage"],
        at=AT,
    )

    answer = admin.get("/agency/officers")
    told = words(answer.content)

    assert "no-store" in answer["Cache-Control"]
    assert f"issuing_officer-{node.agency.uscc} 签发人员" in told
    assert "窗口受理岗" in told
    assert "2026-11-23 09:00" in told  # both signed in just now
    assert "zj-own 签发 撤销和变更" in told
    assert other.uscc not in told
    assert "您自己" in told
    assert "/agency/officers" in admin.get("/").content.decode()


@pytest.mark.parametrize("path", ["/agency/officers", "/agency/officers/add"])
def test_refuses_everybody_else(node: Node, path: str) -> None:
    assert officer(node).get(path).status_code == 403
    assert officer(node, role=Role.COUNTER_OFFICER).get(path).status_code == 403
    assert holder_of(node.issue()).get(path).status_code == 403
    assert Client().get(path).status_code == 302


def test_a_person_added_must_change_the_password_before_anything_opens(admin: Client) -> None:
    answer = admin.post("/agency/officers/add", PERSON, follow=True)
    assert answer.redirect_chain == [("/agency/officers", 302)]
    assert "li.na 窗口人员 尚未改初始密码" in words(answer.content)
    assert PASSWORD.encode() not in answer.content

    client = fresh("li.na", PASSWORD)
    for path in ("/", "/counter", "/issued"):
        assert client.get(path)["Location"] == "/password", path
    assert client.get("/api/v1/licence-types").status_code == 401
    assert "现在的密码是别人替您设的" in words(client.get("/password").content)

    told = change(client, PASSWORD, NEW)

    assert "密码已改" in told
    assert client.get("/counter").status_code == 200
    assert fresh("li.na", PASSWORD).get("/counter").status_code == 302
    assert fresh("li.na", NEW).get("/counter").status_code == 200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"username": ""}, "请填写这一项"),
        ({"username": "a b"}, "格式不正确"),
        ({"staff_number": "a1"}, "工号只用数字"),
        ({"password": "short", "password_again": "short"}, "至少 12 个字符"),
        ({"password_again": "battery-staple-9"}, "两次填写的密码不同"),
        ({"username": "TAKEN"}, "这个用户名已有人使用"),
        ({"role": "auditor"}, ""),
        ({"role": "agency_admin"}, "机构管理员的账号不在这里开立"),
    ],
)
def test_a_refusal_is_said_on_the_form_and_opens_no_account(admin: Client, changes: dict[str, str], said: str) -> None:
    if changes.get("username") == "TAKEN":
        changes = {"username": User.objects.get().username}
    before = User.objects.count()

    answer = admin.post("/agency/officers/add", {**PERSON, **changes})

    assert answer.status_code == 200
    assert "请改正下面标出的内容" in words(answer.content)
    assert said in words(answer.content)
    assert PASSWORD.encode() not in answer.content
    assert User.objects.count() == before


def test_closes_an_account_at_once_and_reopens_it(node: Node, admin: Client) -> None:
    issuer = officer(node)
    number = User.objects.get(username__startswith="issuing").pk

    closed = admin.post(f"/agency/officers/{number}/active", {"active": "no"}, follow=True)

    assert "账号已停用" in words(closed.content)
    assert "恢复" in words(closed.content)
    assert issuer.get("/issue").status_code == 302
    reopened = admin.post(f"/agency/officers/{number}/active", {"active": "yes"}, follow=True)
    assert "账号已恢复" in words(reopened.content)
    assert User.objects.get(pk=number).is_active
    assert admin.get(f"/agency/officers/{number}/active").status_code == 405


def test_refuses_to_close_oneself_and_people_of_another_agency(node: Node, admin: Client) -> None:
    officer(node, role=Role.COUNTER_OFFICER, agency_uscc=make_agency(which="hz_land").uscc)
    own = User.objects.get(role=Role.AGENCY_ADMIN).pk
    stranger = User.objects.get(role=Role.COUNTER_OFFICER).pk

    for number, said in (
        (own, "不能停用或恢复自己的账号"),
        (stranger, "本机构没有这个账号"),
        (987654, "本机构没有这个账号"),
    ):
        answer = admin.post(f"/agency/officers/{number}/active", {"active": "no"}, follow=True)
        assert said in words(answer.content)
    assert not User.objects.filter(is_active=False).exists()


def test_anybody_changes_the_own_password_and_other_sessions_end(node: Node) -> None:
    holder = holder_of(node.issue())
    elsewhere = signed_in(User.objects.get().username)

    assert "/password" in holder.get("/").content.decode()
    assert "现在的密码不正确" in change(holder, "no", NEW)
    assert "两次填写的新密码不同" in change(holder, PASSWORD, NEW, NEW + "x")
    assert "至少 12 个字符" in change(holder, PASSWORD, "short")
    assert "不能和现在的密码相同" in change(holder, PASSWORD, PASSWORD)
    assert elsewhere.get("/my").status_code == 200

    assert "密码已改" in change(holder, PASSWORD, NEW)

    assert holder.get("/my").status_code == 200
    assert elsewhere.get("/my").status_code == 302
    assert Client().get("/password").status_code == 302


def test_guessing_the_present_password_in_an_open_session_locks(node: Node, settings: Settings) -> None:
    client = officer(node)
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3
    form = {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}

    tried = [client.post("/password", form).status_code for _ in range(4)]

    assert tried[0] == 200
    assert tried[-1] == 429
