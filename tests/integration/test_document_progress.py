"""How far a licence's file is: told to agency and holder in codes and sentences, taken up again by an administrator."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.core.permissions import Role
from accounts.models import User
from accounts.services.create_user import create_user
from certificates.models import Document
from certificates.pages.document_words import document_word
from certificates.queries.certificate_metadata import certificate_metadata
from certificates.services import retry_documents as retrying
from certificates.services.render_document import render_document
from certificates.services.retry_documents import retry_documents
from certificates.services.sweep_documents import WAITS_AT_MOST, sweep_documents
from tests.integration.admin_steps import signed_in
from tests.integration.factories import AT, Node, owner_of
from verification.services.publish_log import publish_log

SOON = AT + timedelta(seconds=5)

pytestmark = pytest.mark.django_db


def held(**changes: object) -> Document:
    Document.objects.update(**{"state": "held", "held_code": "document.attempts", "attempts": 10, **changes})
    return Document.objects.get(kind="pdf")


def own_page(certificate_id: UUID) -> str:
    number = create_user(
        username="zhou", password="correct-horse-7", role=Role.HOLDER, holder_id=owner_of(certificate_id)
    )
    publish_log(at=timezone.now())  # looks stop where nothing could be published
    user = User.objects.get(pk=number)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("verification:own_licence", args=[certificate_id])).content.decode()


@pytest.mark.international
def test_metadata_tell_every_file_and_no_value(node: Node, issued: UUID) -> None:
    held(level="B-B")
    found = certificate_metadata(certificate_id=issued)
    assert found is not None
    (one,) = found.documents
    assert (one.kind, one.state, one.level, one.held_code, one.attempts) == (
        "pdf", "held", "B-B", "document.attempts", 10,
    )  # fmt: skip


CASES: Mapping[tuple[str, str], tuple[str, bool]] = {
    ("pending", ""): ("制作中", True),
    ("waiting", "document.timestamp_waits"): ("等待时间戳", True),
    ("held", "document.glyph_missing"): ("字形", False),
    ("ready", ""): ("下载 PDF", False),
}


@pytest.mark.parametrize("state", CASES)
def test_the_holders_page_says_what_happens_and_looks_again(node: Node, issued: UUID, state: tuple[str, str]) -> None:
    Document.objects.update(state=state[0], held_code=state[1])
    words, again = CASES[state]

    page = own_page(issued)

    assert words in page
    assert ('http-equiv="refresh"' in page) is again


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_unfinished_state_has_a_sentence(language: str) -> None:
    with translation.override(language):
        for state in ("pending", "waiting", "held"):
            assert len(str(document_word(state=state, code="document.something_new").sentence)) > 10
        assert document_word(state="", code="").word == ""


def test_a_held_file_is_taken_up_again_and_made(node: Node, issued: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    document, sent = held(), list[object]()
    monkeypatch.setattr(retrying, "nudge", lambda _, **ids: bool(sent.append(ids)))

    assert retry_documents(document_ids=[document.pk], at=SOON) == (document.pk,)

    assert sent == [{"document_id": document.pk}]
    assert render_document(document_id=document.pk, at=SOON)
    assert retry_documents(document_ids=[document.pk], at=SOON) == ()  # it is ready


def test_one_that_was_signed_goes_back_to_waiting_and_gets_its_try(node: Node, issued: UUID) -> None:
    document = held(held_code="document.waited", sealed_signed=b"sealed", signed_at=AT - 2 * WAITS_AT_MOST)

    retry_documents(document_ids=[document.pk], at=SOON)
    sweep_documents(at=SOON)

    assert Document.objects.get(kind="pdf").state == "waiting"


@pytest.mark.parametrize("code", ["cipher.erased", "document.licence_ended", "copy.licence_ended", "copy.expired"])
def test_what_was_erased_or_has_ended_is_not_taken_up_again(node: Node, issued: UUID, code: str) -> None:
    document = held(held_code=code)
    assert retry_documents(document_ids=[document.pk], at=SOON) == ()
    assert Document.objects.get(kind="pdf").state == "held"


def test_an_administrator_takes_it_up_and_that_is_recorded(node: Node, issued: UUID) -> None:
    document = held()
    asked = {"action": "try_again", "_selected_action": [str(document.pk)]}
    listing = reverse("admin:certificates_document_changelist")

    auditor = signed_in(Role.AUDITOR, is_staff=True)
    auditor.post(listing, asked)
    assert Document.objects.get(kind="pdf").state == "held"

    administrator = signed_in(Role.NODE_ADMIN, is_staff=True)
    assert administrator.post(listing, asked).status_code == 302

    assert Document.objects.get(kind="pdf").state == "pending"
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.change_message) == (str(document.pk), "try again 重新制作")
    history = administrator.get(reverse("admin:certificates_document_history", args=[document.pk])).content.decode()
    assert "重新制作" in history
    assert "None" not in history  # accounts keep no names of people


@pytest.mark.parametrize(
    ("language", "told"), [("zh-hans", "暂缓的原因，或者正在等什么。"), ("en", "Why it is held, or what it waits for.")]
)
def test_the_page_of_a_file_explains_its_columns_in_the_readers_language(
    node: Node, issued: UUID, language: str, told: str
) -> None:
    page = reverse("admin:certificates_document_change", args=[held().pk])
    administrator = signed_in(Role.NODE_ADMIN, is_staff=True)
    shown = administrator.get(page, headers={"Accept-Language": language}).content.decode()
    translation.activate(settings.LANGUAGE_CODE)  # a request leaves its reader's language behind in the thread
    assert told in shown
    assert "tries that ended" not in shown
