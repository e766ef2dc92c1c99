"""Agencies, accounts, systems and memberships are entered by the services, and nobody becomes somebody else by a form."""

import json

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.core.permissions import Role
from accounts.models import Agency, ApiClient, Membership, User
from accounts.queries.membership_content import membership_content
from accounts.services.confirm_membership import confirm_membership
from accounts.services.create_user import create_user
from tests.integration.accounts_steps import KEY, OTHER_USCC, holder
from tests.integration.admin_steps import PASSWORD, signed_in
from tests.integration.factories import AT, Node
from tests.integration.membership_steps import administrator as account_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_folder")]


def test_an_agency_is_entered_once_and_keeps_code_and_name(administrator: Client) -> None:
    form = {
        "uscc": OTHER_USCC,
        "name_zh": "样例中心",
        "name_en": "Sample centre",
        "region_code": "330000",
        "relies": "on",
    }
    wrong = administrator.post(reverse("admin:accounts_agency_add"), {**form, "uscc": OTHER_USCC[:-1] + "0"})
    assert "identity.uscc.check_digit" in wrong.content.decode()
    assert administrator.post(reverse("admin:accounts_agency_add"), form).status_code == 302
    row = Agency.objects.get(uscc=OTHER_USCC)
    assert administrator.post(reverse("admin:accounts_agency_add"), form).status_code == 200
    change = reverse("admin:accounts_agency_change", args=[row.pk])
    assert (
        administrator.post(change, {"name_zh": "另一个", "uscc": "x", "issues": "on", "is_active": ""}).status_code
        == 302
    )
    row.refresh_from_db()
    assert (row.uscc, row.name_zh, row.issues, row.is_active) == (OTHER_USCC, "样例中心", True, False)


def test_an_account_is_opened_by_the_service_and_keeps_its_role(node: Node, administrator: Client) -> None:
    form = {
        "username": "li",
        "role": Role.COUNTER_OFFICER.value,
        "agency": str(node.agency.pk),
        "staff_number": "A-17",
        "post": "受理",
        "unit": "一处",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    add = reverse("admin:accounts_user_add")
    assert administrator.post(add, {**form, "password1": "short", "password2": "short"}).status_code == 200
    assert administrator.post(add, {**form, "agency": ""}).status_code == 200
    assert not User.objects.filter(username="li").exists()
    answer = administrator.post(add, form)
    assert answer.status_code == 302
    row = User.objects.get(username="li")
    assert (row.role, row.agency, row.is_staff, row.is_superuser) == ("counter_officer", node.agency, False, False)
    assert row.must_change_password
    change = reverse("admin:accounts_user_change", args=[row.pk])
    smuggled = {"role": "node_admin", "is_staff": "on", "is_superuser": "on", "agency": "", "username": "root"}
    assert administrator.post(change, {**smuggled, "post": "复核", "is_active": "on"}).status_code == 302
    row.refresh_from_db()
    assert (row.username, row.role, row.is_staff, row.is_superuser, row.post) == (
        "li",
        "counter_officer",
        False,
        False,
        "复核",
    )
    assert row.check_password(PASSWORD)
    assert row.password not in administrator.get(change).content.decode()


@pytest.mark.parametrize("role", [Role.AGENCY_ADMIN, Role.NODE_ADMIN])
def test_admin_cannot_open_or_renumber_the_second_person_of_a_mass_revocation(
    role: Role, node: Node, administrator: Client
) -> None:
    """Who could would agree to the own proposals under another name."""
    agency = node.agency if role is Role.AGENCY_ADMIN else None
    form = {"username": "puppet", "role": role.value, "staff_number": "Q-7", "post": "x", "unit": "y"}
    passwords = {"password1": PASSWORD, "password2": PASSWORD}
    add = reverse("admin:accounts_user_add")
    assert (
        role.value not in administrator.get(add).content.decode().partition('name="role"')[2].partition("</select>")[0]
    )
    for belongs in ("", str(node.agency.pk)):
        assert administrator.post(add, {**form, **passwords, "agency": belongs}).status_code == 200
    assert not User.objects.filter(username="puppet").exists()

    uscc = agency.uscc if agency else None
    number = create_user(username="second", password=PASSWORD, role=role, agency_uscc=uscc, staff_number="N-1")
    change = reverse("admin:accounts_user_change", args=[number])
    assert 'name="staff_number"' not in administrator.get(change).content.decode()
    wanted = {"staff_number": "N-2", "post": "y", "unit": "", "is_active": "on"}
    assert administrator.post(change, wanted).status_code == 302
    assert User.objects.values_list("staff_number", "post").get(pk=number) == ("N-1", "y")


@pytest.mark.parametrize("role", [Role.HOLDER, Role.COUNTER_OFFICER])
def test_admin_cannot_set_a_holders_password(role: Role, node: Node, administrator: Client) -> None:
    """Nor an officer's: whoever sets it could look at licences, and the log would name its owner."""
    signed_in(role, agency=None if role is Role.HOLDER else node.agency)
    row = User.objects.get(role=role)
    change = reverse("admin:accounts_user_change", args=[row.pk])
    wanted = {"password1": "another-horse-8", "password2": "another-horse-8", "usable_password": "true"}
    for address in (change, change.replace("/change/", "/password/")):
        administrator.post(address, {**wanted, "password": "another-horse-8", "is_active": "on"})
    row.refresh_from_db()
    assert row.check_password(PASSWORD)
    assert "password" not in administrator.get(change).content.decode().replace("/password", "")  # but one's own
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_user_password_change", args=[row.pk])


def test_admin_cannot_open_a_holders_account(administrator: Client) -> None:
    whose = holder()
    add = reverse("admin:accounts_user_add")
    form = {
        "username": "zhang",
        "role": "holder",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "holder": str(whose.pk),
    }
    assert administrator.post(add, form).status_code == 200
    administrator.post(add, {**form, "role": Role.AUDITOR.value})
    assert not User.objects.filter(holder=whose).exists()
    assert 'name="holder"' not in administrator.get(add).content.decode()


def test_a_system_is_registered_by_the_service(node: Node, administrator: Client) -> None:
    add = reverse("admin:accounts_apiclient_add")
    form = {"client_id": "zj-one", "agency": str(node.agency.pk), "scopes": ["certificates:issue"]}
    refused = administrator.post(add, {**form, "keys": json.dumps(KEY.as_dict(private=True))})
    assert "api_client.private_key" in refused.content.decode()
    assert not ApiClient.objects.exists()
    assert administrator.post(add, {**form, "keys": json.dumps(KEY.as_dict(private=False))}).status_code == 302
    row = ApiClient.objects.get()
    change = reverse("admin:accounts_apiclient_change", args=[row.pk])
    assert (
        administrator.post(
            change, {"client_id": "other", "scopes": ["verifications:write"], "is_active": ""}
        ).status_code
        == 302
    )
    row.refresh_from_db()
    assert (row.client_id, row.scopes, row.is_active) == ("zj-one", ["certificates:issue"], False)


def test_a_membership_is_recorded_and_ended_by_the_services(administrator: Client) -> None:
    person, firm = holder(), holder("firm")
    form = {
        "person": str(person.pk),
        "firm": str(firm.pk),
        "capacity": "法定代表人",
        "from_date": "2026-01-01",
        "to_date": "",
    }
    add = reverse("admin:accounts_membership_add")
    swapped = administrator.post(add, {**form, "person": str(firm.pk), "firm": str(person.pk)})
    assert "membership.person" in swapped.content.decode()
    assert administrator.post(add, form).status_code == 302
    row = Membership.objects.get()
    second = account_of("second.admin", "N-0002")
    User.objects.filter(pk=row.recorded_by_id).update(staff_number="N-0001")
    confirm_membership(membership_id=row.pk, confirmed_by=second, seen=membership_content(row), at=AT)
    change = reverse("admin:accounts_membership_change", args=[row.pk])
    assert "membership.dates" in administrator.post(change, {"to_date": "2025-12-31"}).content.decode()
    assert administrator.post(change, {"to_date": "2026-12-31", "capacity": "other"}).status_code == 302
    row.refresh_from_db()
    assert (row.capacity, str(row.to_date)) == ("法定代表人", "2026-12-31")
