"""An agency's administrator opens, closes and reopens the accounts of the own agency, and of no other."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from accounts.core.caller import Caller
from accounts.core.errors import AccountsError, AuthenticationFailed, NotPermitted
from accounts.core.permissions import Role
from accounts.models import Agency, User
from accounts.queries.agency_people import officers_of_agency, roles_of_agency, systems_of_agency
from accounts.services.add_officer import add_officer
from accounts.services.change_password import change_password
from accounts.services.create_user import create_user
from accounts.services.session_caller import session_caller
from accounts.services.set_officer_active import set_officer_active
from tests.integration.accounts_steps import AT, CLIENT_ID, OTHER_USCC, USCC, agency, system

pytestmark = pytest.mark.django_db

FIRST = "correct-horse-7"
OWN = "battery-staple-9"
OFFICERS = [Role.ISSUING_OFFICER, Role.COUNTER_OFFICER]


def person(username: str, *, role: Role = Role.COUNTER_OFFICER, uscc: str = USCC) -> User:
    number = create_user(username=username, password=FIRST, role=role, agency_uscc=uscc)
    return User.objects.get(pk=number)


@pytest.fixture
def admin() -> Caller:
    agency()
    return session_caller(person("boss", role=Role.AGENCY_ADMIN))


def opened(caller: Caller, **changes: Any) -> User:
    given: dict[str, Any] = {
        "username": "li",
        "password": FIRST,
        "role": Role.COUNTER_OFFICER,
        "staff_number": "A-17",
        "post": "受理",
        "unit": "一处",
    }
    return User.objects.get(pk=add_officer(caller=caller, **(given | changes)))


def refusal(caller: Caller, user: User, *, active: bool = False) -> str:
    before = user.is_active
    with pytest.raises(AccountsError) as refused:
        set_officer_active(caller=caller, user_id=user.pk, active=active)
    user.refresh_from_db()
    assert user.is_active is before
    return refused.value.code


@pytest.mark.parametrize("role", OFFICERS)
def test_opens_an_account_in_the_own_agency_that_must_change_its_password(admin: Caller, role: Role) -> None:
    row = opened(admin, role=role)

    assert row.agency is not None
    assert (row.agency.uscc, row.role, row.is_staff) == (USCC, role, False)
    assert row.must_change_password
    assert row.check_password(FIRST)


@pytest.mark.parametrize("role", [role for role in Role if role not in OFFICERS])
def test_refuses_to_open_an_account_of_an_administrator_or_of_no_officer(admin: Caller, role: Role) -> None:
    with pytest.raises(AccountsError) as refused:
        opened(admin, role=role)
    assert refused.value.code == "user.role"
    assert not User.objects.filter(username="li").exists()


@pytest.mark.parametrize(("flag", "role"), [("issues", Role.ISSUING_OFFICER), ("relies", Role.COUNTER_OFFICER)])
def test_refuses_a_role_that_the_agency_has_no_use_for(admin: Caller, flag: str, role: Role) -> None:
    Agency.objects.update(**{flag: False})

    assert role not in roles_of_agency(uscc=USCC)
    with pytest.raises(AccountsError) as refused:
        opened(admin, role=role)
    assert refused.value.code == "user.role"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "short"}, "user.password"),
        ({"username": "boss"}, "user.exists"),
        ({"staff_number": "a 1"}, "user.invalid"),
    ],
)
def test_refuses_what_the_rules_of_accounts_refuse(admin: Caller, changes: dict[str, str], code: str) -> None:
    with pytest.raises(AccountsError) as refused:
        opened(admin, **changes)
    assert refused.value.code == code


@pytest.mark.parametrize("role", [Role.ISSUING_OFFICER, Role.COUNTER_OFFICER])
def test_refuses_an_officer_who_is_no_administrator(admin: Caller, role: Role) -> None:
    officer = session_caller(person("wang", role=role))

    with pytest.raises(NotPermitted):
        opened(officer)
    assert refusal(officer, person("zhao")) == "permission.denied"


def test_refuses_an_administrator_without_an_agency(admin: Caller) -> None:
    auditor = User.objects.get(pk=create_user(username="auditor", password=FIRST, role=Role.AUDITOR))
    nowhere = replace(admin, agency_uscc=None)

    with pytest.raises(NotPermitted):
        opened(nowhere)
    assert refusal(nowhere, auditor) == "permission.denied"


def test_closes_an_account_whose_session_ends_with_the_next_request_and_opens_it_again(admin: Caller) -> None:
    user = person("wang")
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/counter").status_code == 200

    set_officer_active(caller=admin, user_id=user.pk, active=False)

    assert browser.get("/counter").status_code == 302
    assert browser.get("/api/v1/me/certificates").status_code == 401
    user.refresh_from_db()
    with pytest.raises(AuthenticationFailed) as refused:
        session_caller(user)
    assert refused.value.code == "auth.inactive"
    set_officer_active(caller=admin, user_id=user.pk, active=True)
    assert User.objects.get(pk=user.pk).is_active


def test_refuses_to_close_the_own_account(admin: Caller) -> None:
    assert refusal(admin, User.objects.get(username="boss")) == "user.self"


def test_refuses_an_account_of_another_agency_and_one_of_none(admin: Caller) -> None:
    agency(OTHER_USCC)
    stranger = person("stranger", uscc=OTHER_USCC)
    auditor = User.objects.get(pk=create_user(username="auditor", password=FIRST, role=Role.AUDITOR))

    assert refusal(admin, stranger) == "user.unknown"
    assert refusal(admin, auditor) == "user.unknown"
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    stranger.refresh_from_db()
    assert refusal(admin, stranger, active=True) == "user.unknown"


def test_refuses_an_administrator_who_was_closed_meanwhile(admin: Caller) -> None:
    User.objects.filter(username="boss").update(is_active=False)

    assert refusal(admin, person("second", role=Role.AGENCY_ADMIN)) == "permission.denied"


def test_lists_the_own_people_and_systems_only() -> None:
    system(("verifications:write", "certificates:issue"))
    agency(OTHER_USCC)
    person("wang")
    person("stranger", uscc=OTHER_USCC)
    User.objects.filter(username="wang").update(last_login=AT)

    (officer,) = officers_of_agency(uscc=USCC)
    assert (officer.username, officer.role, officer.last_sign_in) == ("wang", Role.COUNTER_OFFICER, AT)
    assert officer.is_active
    assert officer.has_own_password
    (known,) = systems_of_agency(uscc=USCC)
    assert (known.client_id, known.scopes, known.is_active) == (
        CLIENT_ID,
        ("certificates:issue", "verifications:write"),
        True,
    )
    assert systems_of_agency(uscc=OTHER_USCC) == ()


def test_a_first_password_opens_nothing_until_its_owner_has_changed_it(admin: Caller) -> None:
    user = opened(admin)

    with pytest.raises(AuthenticationFailed) as refused:
        session_caller(user)
    assert refused.value.code == "auth.password_first"
    change_password(user=user, new_password=OWN)
    assert session_caller(User.objects.get(pk=user.pk)).agency_uscc == USCC
    assert User.objects.get(pk=user.pk).check_password(OWN)


@pytest.mark.parametrize(("password", "code"), [("tiny-7", "user.password"), (FIRST, "user.password_same")])
def test_refuses_a_weak_password_and_the_present_one_again(admin: Caller, password: str, code: str) -> None:
    user = opened(admin)

    with pytest.raises(AccountsError) as refused:
        change_password(user=user, new_password=password)
    assert refused.value.code == code
    assert password not in str(refused.value)
    assert User.objects.get(pk=user.pk).must_change_password
