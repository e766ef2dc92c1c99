"""Failed sign-ins count against the address they come from, and no client chooses its own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
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
        ("2001:DB8::1", "2001:db8::"),
        (None, PROXY),
        ("unknown", PROXY),
        (f"{OWNER}, ", PROXY),
        (f"{OWNER}\x00", PROXY),
    ],
)
def test_behind_the_proxy_a_client_cannot_choose_its_address(forwarded: str | None, address: str) -> None:
    assert seen(forwarded) == address


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"),
        ("2001:db8:1:3::6", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        (f"::ffff:{ATTACKER}", ATTACKER),
        ("::ffff:cb00:7109", ATTACKER),
    ],
)
def test_refuses_to_take_the_addresses_of_one_network_for_many_clients(
    settings: Settings, given: str, address: str, behind: bool
) -> None:
    settings.NODE = replace(settings.NODE, behind_tls_proxy=behind)
    headers = {"X-Forwarded-For": given} if behind else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=PROXY if behind else given)
    assert client_address(request) == address


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


def tries(number: int, *, name: str = "auditor", password: str = "wrong-horse-7") -> HttpResponse:
    """One try of a name, each number from a network of its own."""
    form = {"username": name, "password": password}
    return Client(REMOTE_ADDR=f"2001:db8:0:{number:x}::1").post(reverse("accounts:sign_in"), form)


@pytest.mark.django_db
def test_refuses_to_let_many_addresses_try_one_name_for_ever(settings: Settings) -> None:
    settings.RATES_PER_MINUTE = {**settings.RATES_PER_MINUTE, "sign_in_name": 3}
    at = datetime(2026, 11, 20, 8, 34, 30, tzinfo=UTC)
    create_user(username="auditor", password=PASSWORD, role=Role.AUDITOR)
    spellings = ("auditor", " auditor ", "AUDITOR", "ａｕｄｉｔｏｒ")
    with time_machine.travel(at, tick=False):
        told = [tries(number, name=name) for number, name in enumerate(spellings)]
        assert [one.status_code for one in told] == [200, 200, 200, 429]
        assert told[-1]["Retry-After"] == "330"
        assert tries(9, password=PASSWORD).status_code == 429
        assert tries(9, name="another").status_code == 200
    with time_machine.travel(at + timedelta(seconds=330), tick=False):
        assert tries(9, password=PASSWORD).status_code == 302


@pytest.mark.django_db
def test_refuses_to_let_one_closed_address_use_up_the_tries_of_a_name(settings: Settings) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 2
    settings.RATES_PER_MINUTE = {**settings.RATES_PER_MINUTE, "sign_in_name": 4}
    create_user(username="auditor", password=PASSWORD, role=Role.AUDITOR)
    for _ in range(10):
        told = tries(1)
    assert told.status_code == 429
    assert tries(2, password=PASSWORD).status_code == 302
