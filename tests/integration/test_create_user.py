"""Opening accounts: each role has the belongings it needs and no others."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import authenticate

from accounts.core.errors import AccountsError
from accounts.core.permissions import Role
from accounts.models import Agency, User
from accounts.services.create_user import create_user
from tests.integration.accounts_steps import USCC, agency, holder

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-7"
OFFICERS = [Role.ISSUING_OFFICER, Role.COUNTER_OFFICER, Role.AGENCY_ADMIN]


def _code(**given: Any) -> str:
    with pytest.raises(AccountsError) as refused:
        create_user(**{"username": "someone", "password": PASSWORD, **given})
    assert PASSWORD not in str(refused.value)
    assert not User.objects.filter(username="someone").exists()
    return refused.value.code


@pytest.mark.parametrize("role", OFFICERS)
def test_an_officer_belongs_to_an_agency_and_is_no_staff(role: Role) -> None:
    agency()
    number = create_user(
        username="li", password=PASSWORD, role=role, agency_uscc=USCC, staff_number="A-17", post="受理", unit="一处"
    )
    row = User.objects.get(pk=number)
    assert row.agency is not None
    assert (row.agency.uscc, row.staff_number, row.post, row.unit) == (USCC, "A-17", "受理", "一处")
    assert (row.is_staff, row.is_superuser) == (False, False)


@pytest.mark.parametrize("role", [Role.NODE_ADMIN, Role.AUDITOR])
def test_administrators_and_auditors_open_the_administration_without_being_superusers(role: Role) -> None:
    row = User.objects.get(pk=create_user(username="root", password=PASSWORD, role=role))
    assert (row.is_staff, row.is_superuser) == (True, False)


def test_a_holder_signs_in_with_the_password_given_and_no_other(rf: Any) -> None:
    person = holder()
    number = create_user(username="zhang", password=PASSWORD, role=Role.HOLDER, holder_id=person.pk)
    request = rf.post("/sign-in")
    signed_in = authenticate(request, username="zhang", password=PASSWORD)
    assert signed_in is not None
    assert signed_in.pk == number
    assert authenticate(request, username="zhang", password=PASSWORD + "x") is None
    assert PASSWORD not in User.objects.get(pk=number).password


@pytest.mark.parametrize("role", [*OFFICERS, Role.HOLDER])
def test_refuses_an_account_without_its_belonging(role: Role) -> None:
    assert _code(role=role) == ("user.holder" if role is Role.HOLDER else "user.agency")


@pytest.mark.parametrize("role", [Role.NODE_ADMIN, Role.AUDITOR, Role.HOLDER])
def test_refuses_an_agency_where_the_role_has_none(role: Role) -> None:
    agency()
    assert _code(role=role, agency_uscc=USCC, holder_id=holder().pk if role is Role.HOLDER else None) == "user.agency"


@pytest.mark.parametrize("role", [*OFFICERS, Role.NODE_ADMIN, Role.AUDITOR])
def test_refuses_a_holder_where_the_role_has_none(role: Role) -> None:
    agency()
    assert _code(role=role, agency_uscc=USCC if role in OFFICERS else None, holder_id=holder().pk) == "user.holder"


def test_refuses_an_account_for_a_system() -> None:
    assert _code(role=Role.AGENCY_SYSTEM) == "user.role"


def test_refuses_an_unknown_or_inactive_agency_and_an_unknown_holder() -> None:
    assert _code(role=Role.COUNTER_OFFICER, agency_uscc=USCC) == "user.agency"
    agency()
    Agency.objects.update(is_active=False)
    assert _code(role=Role.COUNTER_OFFICER, agency_uscc=USCC) == "user.agency"
    assert _code(role=Role.HOLDER, holder_id=uuid4()) == "user.holder"


def test_refuses_a_second_account_of_one_holder_and_a_taken_name() -> None:
    person = holder()
    create_user(username="zhang", password=PASSWORD, role=Role.HOLDER, holder_id=person.pk)
    assert _code(role=Role.HOLDER, holder_id=person.pk) == "user.holder"
    with pytest.raises(AccountsError) as refused:
        create_user(username="zhang", password=PASSWORD, role=Role.AUDITOR)
    assert refused.value.code == "user.exists"


@pytest.mark.parametrize("password", ["", "short-7", "password1234"])
def test_refuses_a_weak_password_and_does_not_repeat_it(password: str) -> None:
    with pytest.raises(AccountsError) as refused:
        create_user(username="someone", password=password, role=Role.AUDITOR)
    assert refused.value.code == "user.password"
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize("change", [{"username": "a b"}, {"staff_number": "a 17"}, {"post": "x" * 61}])
def test_refuses_what_does_not_fit_its_column(change: dict[str, str]) -> None:
    assert _code(role=Role.AUDITOR, **change) == "user.invalid"
