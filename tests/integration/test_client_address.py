"""Failed sign-ins count against the address they come from, and no client chooses its own."""

from dataclasses import replace

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from accounts.core.permissions import Role
from accounts.services.create_user import create_user
from config.client_address import client_address

PROXY, ATTACKER, OWNER = "10.0.0.2", "203.0.113.9", "198.51.100.7"
PASSWORD = "correct-horse-7"


@pytest.fixture
def behind_proxy(settings: Settings) -> None:
    settings.NODE = replace(settings.NODE, behind_tls_proxy=True)


def seen(forwarded: str | None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=PROXY))


@pytest.mark.parametrize("forwarded", [None, ATTACKER, f"{OWNER}, {ATTACKER}"])
def test_without_a_proxy_a_client_cannot_choose_its_address(forwarded: str | None) -> None:
    assert seen(forwarded) == PROXY


@pytest.mark.usefixtures("behind_proxy")
@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (ATTACKER, ATTACKER),
        (f"{OWNER}, {ATTACKER}", ATTACKER),
        (f"{OWNER},127.0.0.1 ,{ATTACKER} ", ATTACKER),
        ("2001:DB8::1", "2001:db8::1"),
        (None, PROXY),
        ("unknown", PROXY),
        (f"{OWNER}, ", PROXY),
        (f"{OWNER}\x00", PROXY),
    ],
)
def test_behind_the_proxy_a_client_cannot_choose_its_address(forwarded: str | None, address: str) -> None:
    assert seen(forwarded) == address


@pytest.mark.django_db
@pytest.mark.usefixtures("behind_proxy")
def test_bad_tries_from_elsewhere_do_not_lock_the_owner_out(settings: Settings) -> None:
    settings.AXES_ENABLED = True
    create_user(username="auditor", password=PASSWORD, role=Role.AUDITOR)
    page, form = reverse("accounts:sign_in"), {"username": "auditor", "password": "wrong-horse-7"}
    attempts = settings.AXES_FAILURE_LIMIT + 1
    told = [
        # whatever the attacker says of itself, the proxy adds where it comes from
        Client().post(page, form, headers={"X-Forwarded-For": f"{OWNER}, {ATTACKER}"}, REMOTE_ADDR=PROXY).status_code
        for _ in range(attempts)
    ]
    assert told[-1] == 429

    owner = Client()
    answer = owner.post(page, {**form, "password": PASSWORD}, headers={"X-Forwarded-For": OWNER}, REMOTE_ADDR=PROXY)
    assert answer.status_code == 302
    assert "_auth_user_id" in owner.session
