"""A holder's account is opened for the owner alone: by a one-time password that opens nothing but the page to change it."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.integration.factories import AT, CONSTRUCTOR, Node, owner_of

pytestmark = pytest.mark.django_db
NAME = "zhang.yan"


@pytest.fixture
def code(node: Node) -> str:
    """The citizen ID of somebody who owns a licence."""
    request = node.request(CONSTRUCTOR)
    node.issue(request, key="key-constructor", at=AT)
    return str(request.values["holder_code"])


def opened(monkeypatch: pytest.MonkeyPatch, code: str, username: str = NAME) -> str:
    """What the command prints."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{code}\n"))
    told = io.StringIO()
    call_command("open_holder_account", "--username", username, stdout=told)
    return told.getvalue().strip()


def signed_in(password: str) -> Client:
    client = Client()
    client.post(reverse("accounts:sign_in"), {"username": NAME, "password": password})
    return client


def test_the_one_time_password_opens_only_the_page_to_change_it(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    password = opened(monkeypatch, code)
    user = User.objects.select_related("holder").get(username=NAME)
    assert (user.role, user.must_change_password, len(password)) == ("holder", True, 22)
    assert password not in user.password
    assert user.holder is not None
    assert owner_of(user.holder.certificate_links.get().certificate_id) == user.holder.pk

    assert signed_in(password).get("/my")["Location"] == reverse("accounts:password")


def test_a_lost_password_ends_with_the_sessions_it_opened(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = opened(monkeypatch, code)
    client = signed_in(first)
    assert "_auth_user_id" in client.session

    second = opened(monkeypatch, code)

    assert client.get("/my")["Location"].startswith(reverse("accounts:sign_in"))
    assert "_auth_user_id" not in signed_in(first).session
    assert "_auth_user_id" in signed_in(second).session


def test_refuses_another_name_for_the_same_holder(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(monkeypatch, code)
    with pytest.raises(CommandError, match=r"^user\.exists: ."):
        opened(monkeypatch, code, "somebody.else")
    assert User.objects.filter(role="holder").count() == 1


def test_refuses_to_open_a_closed_account(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(monkeypatch, code)
    User.objects.update(is_active=False)
    with pytest.raises(CommandError, match=r"^user\.inactive: ."):
        opened(monkeypatch, code)


@pytest.mark.parametrize(
    ("asked", "refusal"), [("330106198805123013", "user.holder"), ("33010619880512301X", "identity.citizen_id")]
)
def test_refuses_who_owns_no_licence_and_what_is_no_code(
    asked: str, refusal: str, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match=rf"^{refusal}") as refused:
        opened(monkeypatch, asked)
    assert asked not in str(refused.value)
