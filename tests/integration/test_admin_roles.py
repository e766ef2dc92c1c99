"""The administration lets in by role alone: administrators, who cannot touch evidence, and auditors, who only read it."""

from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.core.permissions import Role
from tests.integration.admin_steps import PASSWORD, addresses, registered, signed_in
from tests.integration.factories import Node
from verification.models import Checkpoint, Cosignature, LogEntry, LogLeaf, Lookup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_folder")]
EVIDENCE = (Lookup, LogEntry, LogLeaf, Checkpoint, Cosignature)


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
