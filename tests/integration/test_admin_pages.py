"""The administration shows no value of anybody, opens no table that joins people to licences, and deletes nothing."""

import re

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from tests.integration.admin_steps import addresses, personal_values, registered, sealed_forms
from tests.integration.factories import Node

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_folder")]


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


def test_every_page_of_the_site_is_ours() -> None:
    """A library that registers a table of its own would open it by Django's permissions, not by role."""
    from accounts.admin import RoleAdmin

    assert [model.__name__ for model, pages in admin.site._registry.items() if not isinstance(pages, RoleAdmin)] == []
