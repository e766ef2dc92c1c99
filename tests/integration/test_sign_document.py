"""A document is signed once as it was laid out: redelivered, taken over, or cut off between signature and file."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest
from django.core.files.storage import default_storage

from certificates.core.issue_token import LIFETIME
from certificates.models import Document, IssuerKey, KeyUse
from certificates.services import keep_document as keeping
from certificates.services import licence_pdf
from certificates.services import sign_document as signing
from certificates.services.erase_holder import erase_holder
from certificates.services.read_document import read_document
from certificates.services.render_document import LAYOUT_LEASE, render_document
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.rotate_issuer_key import rotate_issuer_key
from certificates.services.stop_issuer_key import stop_issuer_key
from tests.integration.crashes.balance import files_are_documents, signatures
from tests.integration.factories import AT, Node, make_node, owner_of
from tests.integration.threads import at_once

pytestmark = pytest.mark.usefixtures("own_files", "ledger")
SOON = AT + timedelta(seconds=5)
LATER = SOON + LIFETIME


class CrashError(Exception):
    """The process dies here."""


def document_of(certificate_id: UUID) -> Document:
    return Document.objects.get(certificate=certificate_id, kind="pdf")


def dies(*_: object, **__: object) -> None:
    raise CrashError


def cut_off(monkeypatch: pytest.MonkeyPatch, place: object, name: str, document: Document) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(place, name, dies)
        with pytest.raises(CrashError):
            render_document(document_id=document.pk, at=SOON)


def made(certificate_id: UUID, ledger: Path) -> None:
    """One file, that of the row; one signed content, however often it was signed."""
    document = document_of(certificate_id)
    assert (document.state, document.sealed_draft) == ("ready", None)
    assert read_document(certificate_id=certificate_id).startswith(b"%PDF")
    files_are_documents()
    assert len(signatures(ledger, "document")) == 1


CUTS = {
    "before the signature": (signing, "document_signer"),
    "after the signature": (licence_pdf, "finish"),
    "before the file": (keeping, "keep_file"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("cut", CUTS)
def test_what_was_laid_out_is_signed_after_a_crash_not_laid_out_again(
    node: Node, issued: UUID, ledger: Path, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    document = document_of(issued)
    cut_off(monkeypatch, *CUTS[cut], document)
    monkeypatch.setattr(licence_pdf, "render", dies)

    assert not render_document(document_id=document.pk, at=LATER - timedelta(seconds=1))  # the first may still be at it
    assert render_document(document_id=document.pk, at=LATER)

    made(issued, ledger)


@pytest.mark.django_db
def test_a_file_that_a_crash_left_behind_is_dropped(
    node: Node, issued: UUID, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, keep = document_of(issued), keeping.keep_file

    def kept_then_dies(*data: object, **named: object) -> None:
        keep(*data, **named)  # type: ignore[arg-type]
        raise CrashError

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "keep_file", kept_then_dies)
        with pytest.raises(CrashError):
            render_document(document_id=document.pk, at=SOON)
    assert len(default_storage.listdir("documents")[1]) == 1

    assert render_document(document_id=document.pk, at=LATER)

    made(issued, ledger)


@pytest.mark.django_db
def test_nobody_sets_the_page_that_another_one_is_setting(
    node: Node, issued: UUID, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = document_of(issued)

    def tried_and_left() -> bool:
        with monkeypatch.context() as patched:
            patched.setattr(licence_pdf, "render", dies)
            return not render_document(document_id=document.pk, at=SOON)

    within(monkeypatch, licence_pdf, "render", tried_and_left)

    assert render_document(document_id=document.pk, at=SOON)
    made(issued, ledger)


@pytest.mark.django_db
def test_a_page_whose_lease_is_over_is_not_the_one_that_is_signed(
    node: Node, issued: UUID, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that slept while it set the page, and one that did its work meanwhile."""
    document, later = document_of(issued), SOON + LAYOUT_LEASE
    within(monkeypatch, licence_pdf, "render", lambda: render_document(document_id=document.pk, at=later))

    assert not render_document(document_id=document.pk, at=SOON)

    made(issued, ledger)


@pytest.mark.django_db
def test_who_was_taken_over_before_the_signature_does_not_sign(
    node: Node, issued: UUID, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue hands the task out again while the first worker hangs."""
    document, sign = document_of(issued), signing.document_signer
    within(monkeypatch, signing, "document_signer", lambda: render_document(document_id=document.pk, at=LATER))

    assert not render_document(document_id=document.pk, at=SOON)

    made(issued, ledger)
    assert signing.document_signer is sign
    assert len([line for line in ledger.read_text().splitlines() if json.loads(line)[0] == "document"]) == 1


@pytest.mark.django_db
def test_who_was_taken_over_after_the_signature_leaves_no_file(
    node: Node, issued: UUID, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = document_of(issued)
    within(monkeypatch, keeping, "keep_file", lambda: render_document(document_id=document.pk, at=LATER))

    assert not render_document(document_id=document.pk, at=SOON)

    made(issued, ledger)


@pytest.mark.django_db
def test_who_was_taken_over_by_one_that_died_leaves_it_to_the_next(
    node: Node, issued: UUID, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row names the file of the one that died by now: the first one must not call that file ready."""
    document, again = document_of(issued), LATER + LIFETIME

    def takes_over_and_dies() -> bool:
        with monkeypatch.context() as patched:
            patched.setattr(signing, "document_signer", dies)
            with pytest.raises(CrashError):
                render_document(document_id=document.pk, at=LATER)
        return True

    within(monkeypatch, keeping, "keep_file", takes_over_and_dies)
    assert not render_document(document_id=document.pk, at=SOON)
    assert render_document(document_id=document.pk, at=again)

    made(issued, ledger)


def within(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, meanwhile: Callable[[], bool]) -> None:
    """Another worker does its work at the moment when this one calls `name` of `module`."""
    original = getattr(module, name)

    def call(*data: object, **named: object) -> object:
        monkeypatch.setattr(module, name, original)
        assert meanwhile()
        return original(*data, **named)

    monkeypatch.setattr(module, name, call)


@pytest.mark.django_db(transaction=True)
def test_of_four_workers_at_once_one_signs(node_folder: Path, ledger: Path) -> None:
    issued = make_node().issue()
    document = document_of(issued)

    done = at_once(4, lambda _: render_document(document_id=document.pk, at=SOON))

    assert sorted(done) == [False, False, False, True]
    made(issued, ledger)


@pytest.mark.django_db
def test_a_draft_for_a_key_that_was_stolen_is_laid_out_for_the_new_one(
    node: Node, issued: UUID, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = document_of(issued)
    cut_off(monkeypatch, signing, "document_signer", document)
    rotate_issuer_key(agency_uscc=node.agency.uscc, at=SOON, compromised=True, use=KeyUse.DOCUMENT)

    assert not render_document(document_id=document.pk, at=LATER)
    assert render_document(document_id=document.pk, at=LATER)

    made(issued, ledger)
    assert document_of(issued).issuer_key == IssuerKey.objects.get(use="document", state="active")


@pytest.mark.django_db
def test_a_draft_for_a_key_that_was_stopped_and_replaced_since_waits(
    node: Node, issued: UUID, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = document_of(issued)
    cut_off(monkeypatch, signing, "document_signer", document)
    key = document_of(issued).issuer_key
    assert key is not None
    rotate_issuer_key(agency_uscc=node.agency.uscc, at=SOON, use=KeyUse.DOCUMENT)
    stop_issuer_key(kid=key.kid, code="test", at=SOON)

    assert not render_document(document_id=document.pk, at=LATER)

    assert document_of(issued).state == "pending"
    assert signatures(ledger, "document") == set()


@pytest.mark.django_db
def test_a_licence_that_ended_gets_no_document(node: Node, issued: UUID, ledger: Path) -> None:
    revoke_certificate(caller=node.officer, certificate_id=issued, reason_code="penalty", at=SOON)

    assert render_document(document_id=document_of(issued).pk, at=SOON)

    assert (document_of(issued).state, document_of(issued).held_code) == ("held", "document.licence_ended")
    assert signatures(ledger, "document") == set()


@pytest.mark.django_db
def test_an_erasure_takes_the_draft_along(
    node: Node, issued: UUID, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(monkeypatch, signing, "document_signer", document_of(issued))
    assert document_of(issued).sealed_draft is not None

    erase_holder(holder_id=owner_of(issued), at=SOON)

    assert document_of(issued).sealed_draft is None
    assert not render_document(document_id=document_of(issued).pk, at=LATER)
    assert signatures(ledger, "document") == set()
