"""The administration shows no value of anybody, lets roles in by name only, and changes rules by new versions."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from accounts.core.permissions import Role
from accounts.models import Agency, ApiClient, Membership, User
from accounts.queries.membership_content import membership_content
from accounts.services.confirm_membership import confirm_membership
from accounts.services.create_user import create_user
from tests.integration.accounts_steps import KEY, OTHER_USCC, holder
from tests.integration.admin_steps import (
    MATTER,
    PASSWORD,
    addresses,
    fill,
    personal_values,
    registered,
    sealed_forms,
    signed_in,
)
from tests.integration.factories import AT, CONSTRUCTOR, Node
from tests.integration.membership_steps import administrator as account_of
from verification.models import Checkpoint, Cosignature, LogEntry, LogLeaf, Lookup, Matter, UsageRule

pytestmark = pytest.mark.django_db

_SCRIPT_INSIDE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE)
_STYLE_INSIDE = re.compile(r"<style|<[^>]+\sstyle=|<[^>]+\son[a-z]+=", re.IGNORECASE)
_ELSEWHERE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""", re.IGNORECASE)
CLOSED = {
    "StatusEntry",
    "CertificateHolder",
    "IssueIntent",
    "Presentation",
    "Holder",
    "LookupDetail",
    "LookupSubject",
    "StoredAnswer",
}
EVIDENCE = (Lookup, LogEntry, LogLeaf, Checkpoint, Cosignature)


@pytest.fixture(autouse=True)
def _folder_of_static_files(settings: Settings) -> None:
    """WhiteNoise warns where collectstatic never ran; its finders serve the files all the same."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def filled(node: Node) -> Node:
    fill(node)
    return node


@pytest.fixture
def administrator(node: Node) -> Client:
    return signed_in(Role.NODE_ADMIN)


def stands_in(secret: str, text: str) -> bool:
    if len(secret) > 4 or not secret.isascii():
        return secret in text
    # So short a number ("12.6") also stands inside tokens and times by chance: looked for as a whole.
    return re.search(rf"(?<![\w.]){re.escape(secret)}(?![\w.])", text, re.ASCII) is not None


def test_no_page_shows_a_value_a_mask_or_a_sealed_byte_of_anybody(filled: Node, administrator: Client) -> None:
    secrets = personal_values(filled) | sealed_forms()
    assert {"张䶮", "330106198805123013", "沈㛃", "张*"} <= {
        one[:2] if one.startswith("张*") else one for one in secrets
    }
    opened = 0
    for model, _ in registered():
        assert model._default_manager.exists(), f"{model.__name__} has no row to look at"
        for address in addresses(model):
            answer = administrator.get(address)
            assert answer.status_code == 200 or (answer.status_code == 403 and address.endswith("/add/")), address
            text = answer.content.decode()
            shown = [secret for secret in secrets if stands_in(secret, text)]
            assert shown == [], address
            opened += answer.status_code == 200
    assert opened > 100


def test_pages_obey_the_content_security_policy_and_speak_chinese(filled: Node, administrator: Client) -> None:
    for address in (
        reverse("admin:index"),
        *(address for model, _ in registered() for address in list(addresses(model))[:4]),
    ):
        answer = administrator.get(address)
        if answer.status_code == 403:
            continue
        text = answer.content.decode()
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert 'lang="zh-hans"' in text
        for forbidden in (_SCRIPT_INSIDE, _STYLE_INSIDE, _ELSEWHERE):
            assert forbidden.search(text) is None, (address, forbidden.pattern)
    assert "节点管理" in administrator.get(reverse("admin:index")).content.decode()


def test_tables_that_join_people_to_licences_have_no_pages() -> None:
    names = {model.__name__ for model, _ in registered()}
    assert not names & CLOSED
    assert {"Certificate", "Lookup", "LogEntry", "Agency", "User"} <= names


def test_no_page_names_a_column_of_bytes() -> None:
    for model, pages in registered():
        named = {*pages.list_display, *pages.search_fields, *(pages.fields or ()), *pages.readonly_fields}
        for field in model._meta.concrete_fields:
            if isinstance(field, models.BinaryField) or field.name.startswith("sealed_"):
                assert field.name not in named, (model.__name__, field.name)
        assert pages.fields or pages.fieldsets, f"{model.__name__} shows whatever columns it has"


def test_nothing_is_deleted_but_a_count_of_failed_sign_ins(filled: Node, administrator: Client) -> None:
    for model, _ in registered():
        row = model._default_manager.first()
        assert row is not None
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        answer = administrator.post(reverse(f"{stem}_delete", args=[row.pk]), {"post": "yes"})
        chosen = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
        administrator.post(reverse(f"{stem}_changelist"), chosen)
        if model.__name__ == "AccessAttempt":
            assert answer.status_code == 302
        else:
            assert answer.status_code == 403
            assert model._default_manager.filter(pk=row.pk).exists()


def test_a_stranger_is_sent_to_the_nodes_own_sign_in_page() -> None:
    client = Client()
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('accounts:sign_in')}?next={reverse('admin:index')}"
    number = signed_in(Role.NODE_ADMIN)
    assert number.get(reverse("admin:index")).status_code == 200
    form = {"username": "node_admin-0", "password": PASSWORD, "next": reverse("admin:index")}
    assert client.post(reverse("admin:login"), form).status_code == 302
    assert "_auth_user_id" not in client.session
    assert client.post(reverse("accounts:sign_in"), form)["Location"] == reverse("admin:index")
    assert client.get(reverse("admin:index")).status_code == 200


def test_guessing_locks_the_way_into_the_administration(settings: Settings) -> None:
    settings.AXES_ENABLED = True
    signed_in(Role.NODE_ADMIN)
    client = Client()
    form = {"username": "node_admin-0", "password": "wrong-horse-7"}
    answers = [client.post(reverse("accounts:sign_in"), form).status_code for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[0] == 200
    assert answers[-1] == 429
    right = client.post(reverse("accounts:sign_in"), {**form, "password": PASSWORD})
    assert right.status_code == 429
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("role", [Role.HOLDER, Role.ISSUING_OFFICER, Role.COUNTER_OFFICER, Role.AGENCY_ADMIN])
def test_other_roles_see_nothing_even_as_djangos_superusers(role: Role, node: Node) -> None:
    belongs = None if role is Role.HOLDER else node.agency
    for client in (signed_in(role, agency=belongs), signed_in(role, agency=belongs, is_staff=True, is_superuser=True)):
        assert client.get(reverse("admin:index"), follow=True).status_code == 403
        for model, _ in registered():
            for address in list(addresses(model))[:4]:
                assert client.get(address, follow=True).status_code == 403, address


@pytest.mark.parametrize("flags", [{"is_staff": False}, {"is_active": False}])
def test_a_closed_account_opens_nothing(flags: dict[str, bool]) -> None:
    client = signed_in(Role.NODE_ADMIN, **flags)
    assert client.get(reverse("admin:index"), follow=True).status_code in {200, 403}
    assert client.get(reverse("admin:accounts_user_changelist")).status_code != 200


def test_an_auditor_reads_the_evidence_and_changes_nothing(filled: Node) -> None:
    auditor = signed_in(Role.AUDITOR)
    front = auditor.get(reverse("admin:index")).content.decode()
    assert "/admin/verification/lookup/" in front
    assert "/admin/accounts/" not in front
    for model in EVIDENCE:
        pages = [auditor.get(address) for address in addresses(model) if not address.endswith("/add/")]
        assert {page.status_code for page in pages} == {200}
    for model, _ in registered():
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert auditor.get(reverse(f"{stem}_add")).status_code == 403
        row = model._default_manager.first()
        assert row is not None
        before = _columns(row)
        assert auditor.post(reverse(f"{stem}_change", args=[row.pk]), {"is_active": ""}).status_code == 403
        assert _columns(model._default_manager.get(pk=row.pk)) == before
    for name in (
        "accounts_user",
        "accounts_agency",
        "accounts_membership",
        "certificates_certificate",
        "certificates_document",
    ):
        assert auditor.get(reverse(f"admin:{name}_changelist")).status_code == 403


def _columns(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_an_administrator_cannot_change_evidence(filled: Node, administrator: Client) -> None:
    for model, pages in registered():
        if pages.may_change:
            continue
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.first()
        assert row is not None
        before = _columns(row)
        assert administrator.get(reverse(f"{stem}_add")).status_code == 403
        assert administrator.post(reverse(f"{stem}_change", args=[row.pk]), {"state": "retired"}).status_code == 403
        assert _columns(model._default_manager.get(pk=row.pk)) == before


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


def test_a_changed_rule_is_a_new_version_and_the_old_one_can_only_be_read(filled: Node, administrator: Client) -> None:
    first = UsageRule.objects.get()
    change = reverse("admin:verification_usagerule_change", args=[first.pk])
    bad = administrator.post(change, {"fields": '{"no_such": "full"}'})
    assert "policy.field" in bad.content.decode()
    assert UsageRule.objects.count() == 1
    answer = administrator.post(
        change, {"fields": '{"holder_name": "masked"}', "matter_code": "smuggled", "version": "9"}
    )
    assert answer.status_code == 302
    second = UsageRule.objects.get(is_active=True)
    assert (second.version, second.matter_code, second.fields) == (2, MATTER, {"holder_name": "masked"})
    first.refresh_from_db()
    assert (first.is_active, first.fields) == (False, {"holder_name": "full"})
    assert administrator.post(change, {"fields": "{}"}).status_code == 403
    assert administrator.get(change).status_code == 200
    listing = reverse("admin:verification_usagerule_changelist")
    administrator.post(listing, {"action": "end_rules", "_selected_action": [str(second.pk)]})
    assert not UsageRule.objects.filter(is_active=True).exists()
    form = {"type_code": CONSTRUCTOR, "relying_region": "510000", "agency_uscc": "*", "matter_code": MATTER}
    add = reverse("admin:verification_usagerule_add")
    assert administrator.post(add, {**form, "fields": '{"holder_name": "full"}'}).status_code == 302
    assert UsageRule.objects.get(relying_region="510000").version == 1


def test_the_other_policies_are_changed_in_the_same_way(filled: Node, administrator: Client) -> None:
    for name, form in (
        ("recognitionrule", {"required": '{"holder_name": "masked"}'}),
        ("purposerules", {"rules": '{"min_length": 8, "max_length": 100, "copies_allowed": 1}'}),
    ):
        pages = next(pages for model, pages in registered() if model._meta.model_name == name)
        row = pages.model._default_manager.get()
        assert administrator.post(reverse(f"admin:verification_{name}_change", args=[row.pk]), form).status_code == 302
        versions = pages.model._default_manager.order_by("version").values_list("version", "is_active")
        assert list(versions) == [(1, False), (2, True)]
    matter = Matter.objects.get()
    form = {
        "name_zh": "改名的事项",
        "name_en": "Renamed",
        "in_force_from": "2026-01-01",
        "in_force_to": "2026-12-31",
        "case_pattern": "(a+)+",
        "code": "smuggled",
    }
    change = reverse("admin:verification_matter_change", args=[matter.pk])
    assert "policy.pattern" in administrator.post(change, form).content.decode()
    assert administrator.post(change, {**form, "case_pattern": "A[0-9]{4}"}).status_code == 302
    matter.refresh_from_db()
    assert (matter.code, matter.name_zh, str(matter.in_force_to)) == (MATTER, "改名的事项", "2026-12-31")


def test_every_page_of_the_site_is_ours() -> None:
    """A library that registers a table of its own would open it by Django's permissions, not by role."""
    from accounts.admin import RoleAdmin

    assert [model.__name__ for model, pages in admin.site._registry.items() if not isinstance(pages, RoleAdmin)] == []
