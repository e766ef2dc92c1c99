"""A signed document waits, sealed, until its last step succeeds; it is released once, at the step's level, and never before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.core.files.storage import default_storage

from certificates.core.errors import DocumentError, DocumentWaitsError
from certificates.models import Document, KeyUse
from certificates.services import complete_document as completing
from certificates.services import document_kinds, sign_document
from certificates.services import keep_document as keeping
from certificates.services import sweep_documents as sweeping
from certificates.services.complete_document import LEASE
from certificates.services.document_kinds import LastStep
from certificates.services.erase_holder import erase_holder
from certificates.services.read_document import read_document
from certificates.services.render_document import render_document
from certificates.services.replace_document import replace_document
from certificates.services.rotate_issuer_key import rotate_issuer_key
from certificates.services.sweep_documents import WAITS_AT_MOST, sweep_documents
from certificates.services.timestamp_document import Archived
from tests.integration.crashes.balance import files_are_documents
from tests.integration.factories import AT, Node, owner_of

SOON = AT + timedelta(seconds=5)
MINUTE = timedelta(minutes=1)

Step = Callable[[bytes, Document, datetime], Archived]
UNTIL = AT + timedelta(days=730)

pytestmark = pytest.mark.django_db


def stamped(signed: bytes, *_: object) -> Archived:
    return Archived(pdf=signed + b"% stamped\n", until=UNTIL)


class Stamps:
    """A last step that adds one line to the file, or does what a test says."""

    def __init__(self) -> None:
        self.act: Step = stamped
        self.calls = 0

    def __call__(self, signed: bytes, document: Document, at: datetime) -> Archived:
        self.calls += 1
        return self.act(signed, document, at)


@pytest.fixture
def stamps(own_files: None, monkeypatch: pytest.MonkeyPatch) -> Stamps:
    found = Stamps()
    step = LastStep(level=Document.Level.B_LTA, complete=found)
    kind = replace(document_kinds._KINDS["pdf"], last_step=lambda: step)
    for module in (completing, sign_document):
        monkeypatch.setattr(module, "kind_of", lambda _: kind)
    return found


def document_of(certificate_id: UUID) -> Document:
    return Document.objects.get(certificate=certificate_id, kind="pdf")


def waits(*_: object) -> Archived:
    raise DocumentWaitsError("timestamp.unavailable", "nobody answers")


def test_the_step_comes_before_the_file_leaves(node: Node, issued: UUID, stamps: Stamps) -> None:
    assert render_document(document_id=document_of(issued).pk, at=SOON)

    document = document_of(issued)
    assert (document.state, document.level, document.signed_at) == ("ready", "B-LTA", SOON)
    assert read_document(certificate_id=issued).endswith(b"% stamped\n")
    assert (document.sealed_signed, document.sealed_draft) == (None, None)
    files_are_documents()


def test_while_the_step_fails_nothing_is_released(node: Node, issued: UUID, stamps: Stamps) -> None:
    stamps.act = waits
    assert not render_document(document_id=document_of(issued).pk, at=SOON)

    document = document_of(issued)
    assert (document.state, document.level, document.held_code) == ("waiting", "B-B", "timestamp.unavailable")
    assert b"%PDF" not in bytes(document.sealed_signed or b"")
    with pytest.raises(DocumentError) as refused:
        read_document(certificate_id=issued)
    assert refused.value.code == "document.not_ready"
    files_are_documents()

    stamps.act = stamped
    assert render_document(document_id=document.pk, at=SOON + MINUTE)
    assert (document_of(issued).state, document_of(issued).held_code) == ("ready", "")
    files_are_documents()


def test_waiting_is_not_a_failure_that_counts(node: Node, issued: UUID, stamps: Stamps) -> None:
    stamps.act = waits
    for turn in range(12):
        render_document(document_id=document_of(issued).pk, at=SOON + turn * MINUTE)
        sweep_documents(at=SOON + turn * MINUTE)
    assert (document_of(issued).state, document_of(issued).attempts) == ("waiting", 0)

    sweep_documents(at=SOON + WAITS_AT_MOST)

    assert (document_of(issued).state, document_of(issued).held_code) == ("held", "document.waited")


def test_of_two_workers_one_asks_for_timestamps(node: Node, issued: UUID, stamps: Stamps) -> None:
    pk = document_of(issued).pk

    def meanwhile(signed: bytes, document: Document, at: datetime) -> Archived:
        assert not render_document(document_id=pk, at=at)
        return Archived(pdf=signed, until=UNTIL)

    stamps.act = meanwhile
    assert render_document(document_id=pk, at=SOON)
    assert stamps.calls == 1


def test_who_was_overtaken_leaves_no_file(node: Node, issued: UUID, stamps: Stamps) -> None:
    pk = document_of(issued).pk

    def slow(signed: bytes, document: Document, at: datetime) -> Archived:
        stamps.act = stamped
        assert render_document(document_id=pk, at=at + LEASE)  # its lease is over
        return Archived(pdf=signed + b"% too late\n", until=UNTIL + timedelta(days=1))

    stamps.act = slow
    assert not render_document(document_id=pk, at=SOON)

    assert read_document(certificate_id=issued).endswith(b"% stamped\n")
    assert document_of(issued).stamped_until == UNTIL  # what the released file bears, not what came too late
    files_are_documents()


def test_a_file_that_a_crash_left_behind_is_dropped_by_the_next_try(
    node: Node, issued: UUID, stamps: Stamps, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "stamped_columns", dies)  # the file is written, its row does not say so yet
        with pytest.raises(RuntimeError):
            render_document(document_id=document_of(issued).pk, at=SOON)
    left = document_of(issued).stored_name
    assert default_storage.exists(left)

    assert render_document(document_id=document_of(issued).pk, at=SOON + LEASE)

    assert not default_storage.exists(left)
    files_are_documents()


@pytest.mark.international
def test_new_documents_do_not_each_find_out_that_nobody_answers(
    node: Node, issued: UUID, stamps: Stamps, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamps.act = waits
    render_document(document_id=document_of(issued).pk, at=SOON)
    values = [{"certificate_number": f"浙23320262026{turn:05d}"} for turn in range(100, 107)]
    others = [node.issue(node.request(values=one), key=f"k{turn}") for turn, one in enumerate(values)]

    for other in others:
        assert render_document(document_id=document_of(other).pk, at=SOON)

    assert stamps.calls == 1
    assert set(Document.objects.values_list("state", flat=True)) == {"waiting"}
    sent: list[int] = []
    monkeypatch.setattr(sweeping, "nudge", lambda _, document_id: not sent.append(document_id))
    for turn in range(20):
        sweep_documents(at=SOON + timedelta(seconds=2 * turn))
    assert len(sent) == 4  # with the first one five a minute


def test_a_signed_file_of_a_stolen_key_is_made_anew(node: Node, issued: UUID, stamps: Stamps) -> None:
    stamps.act = waits
    render_document(document_id=document_of(issued).pk, at=SOON)
    stolen = document_of(issued).issuer_key
    rotate_issuer_key(agency_uscc=node.agency.uscc, at=SOON, compromised=True, use=KeyUse.DOCUMENT)
    stamps.act = stamped

    assert not render_document(document_id=document_of(issued).pk, at=SOON + MINUTE)
    assert document_of(issued).state == "pending"
    assert render_document(document_id=document_of(issued).pk, at=SOON + 2 * MINUTE)

    assert document_of(issued).issuer_key != stolen


def test_an_erasure_takes_the_signed_file_along(node: Node, issued: UUID, stamps: Stamps) -> None:
    stamps.act = waits
    render_document(document_id=document_of(issued).pk, at=SOON)

    erase_holder(holder_id=owner_of(issued), at=SOON)

    assert document_of(issued).sealed_signed is None
    assert not render_document(document_id=document_of(issued).pk, at=SOON + MINUTE)


def test_a_ready_file_is_replaced_by_who_knew_it(node: Node, issued: UUID, stamps: Stamps) -> None:
    render_document(document_id=document_of(issued).pk, at=SOON)
    document, data = document_of(issued), read_document(certificate_id=issued)

    renewed = {"document_id": document.pk, "data": data + b"% renewed\n", "level": "B-LTA", "at": SOON + MINUTE}
    assert replace_document(digest=document.digest, **renewed)
    assert not replace_document(digest=document.digest, **renewed)  # that one is gone by now

    assert read_document(certificate_id=issued).endswith(b"% renewed\n")
    files_are_documents()
