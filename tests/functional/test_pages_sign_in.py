"""Signing in, the first page of each role, and the gate before every other page."""

from html import unescape

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.core.permissions import Role
from accounts.services.create_user import create_user
from tests.functional.page_steps import PASSWORD, holder_of, officer, signed_in, words
from tests.integration.factories import Node

pytestmark = pytest.mark.django_db

INLINE = (b"<style", b" style=", b" onclick=", b" onload=", b"javascript:")


@pytest.mark.parametrize(
    "path",
    ["/issue", "/issued", "/my", "/my/lookups", "/counter", "/my/0a0f1a3c-2222-4b5d-9f00-123456789abc/present"],
)
def test_sends_whoever_is_not_signed_in_to_the_sign_in_page(path: str) -> None:
    answer = Client().get(path)

    assert (answer.status_code, answer["Location"]) == (302, f"/sign-in?next={path}")
    assert "no-store" in answer["Cache-Control"]


def test_a_browser_may_send_its_forms() -> None:
    # Under "no-referrer" browsers send `Origin: null` with a form, and the CSRF check would refuse every sign-in.
    browser = Client(enforce_csrf_checks=True)
    page = browser.get("/sign-in")
    token = next(cookie.value for name, cookie in browser.cookies.items() if "csrf" in name)
    form = {"username": "nobody", "password": "no", "csrfmiddlewaretoken": token}

    assert page["Referrer-Policy"] == "same-origin"
    assert browser.post("/sign-in", form, headers={"origin": "http://testserver"}).status_code == 200
    assert browser.post("/sign-in", form, headers={"origin": "null"}).status_code == 403


def test_refuses_a_wrong_name_and_a_wrong_password_with_the_same_words(node: Node) -> None:
    create_user(username="auditor", password=PASSWORD, role=Role.AUDITOR)
    told = [
        words(
            Client(headers={"accept-language": "zh-CN"}).post("/sign-in", {"username": name, "password": "no"}).content
        )
        for name in ("auditor", "nobody")
    ]

    assert "用户名或密码不正确。" in told[0]
    assert told[0] == told[1]


def test_refuses_a_sign_in_without_the_form_token(node: Node) -> None:
    create_user(username="auditor", password=PASSWORD, role=Role.AUDITOR)
    client = Client(enforce_csrf_checks=True)

    assert client.post("/sign-in", {"username": "auditor", "password": PASSWORD}).status_code == 403


def test_each_role_sees_its_own_ways_in(node: Node) -> None:
    licence = node.issue()
    holder, issuer = holder_of(licence), officer(node)
    create_user(username="auditor", password=PASSWORD, role=Role.AUDITOR)

    assert "谁看过" in words(holder.get("/").content)
    assert "签发证照" in words(issuer.get("/").content)
    assert "签发证照" not in words(holder.get("/").content)
    auditor = words(signed_in("auditor").get("/").content)
    assert "公开日志" in auditor
    assert "我的证照" not in auditor


@pytest.mark.parametrize("path", ["/issue", "/issued", "/counter"])
def test_refuses_a_holder_at_an_officers_page(node: Node, path: str) -> None:
    answer = holder_of(node.issue()).get(path)

    assert answer.status_code == 403
    assert "您不能进行此项操作" in words(answer.content)


@pytest.mark.parametrize("path", ["/my", "/my/lookups", "/counter"])
def test_refuses_an_issuing_officer_at_others_pages(node: Node, path: str) -> None:
    assert officer(node).get(path).status_code == 403


def test_signing_out_takes_a_post_and_ends_the_session(node: Node) -> None:
    client = officer(node)

    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 302
    assert client.get("/issue").status_code == 302


def test_the_reader_chooses_the_language(node: Node) -> None:
    client = officer(node)
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})

    told = client.get("/").content.decode()
    assert 'lang="en"' in told
    assert "Issue a licence" in told
    assert node.agency.name_en in unescape(told)


def test_pages_hold_nothing_that_the_content_policy_would_block(node: Node) -> None:
    client = officer(node)
    for path in ("/", "/issue", "/issued", "/log", "/nowhere"):
        answer = client.get(path)
        assert not [mark for mark in INLINE if mark in answer.content], path
    policy = client.get("/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_too_many_wrong_passwords_lock_with_a_page_in_words(node: Node, settings: Settings) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3
    settings.AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
    create_user(username="auditor", password=PASSWORD, role=Role.AUDITOR)
    client = Client(headers={"accept-language": "zh-CN"})

    tried = [client.post("/sign-in", {"username": "auditor", "password": "wrong"}) for _ in range(4)]

    assert tried[-1].status_code == 429
    assert "暂时锁定" in words(tried[-1].content)
    assert client.post("/sign-in", {"username": "auditor", "password": PASSWORD}).status_code == 429
