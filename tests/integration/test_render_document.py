"""The document follows the licence; what cannot be printed holds the document, never the licence."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.storage import default_storage

from certificates.adapters.pdf.facts import TrustAnchor
from certificates.adapters.pdf.read import read_document as read_pdf
from certificates.core.errors import CipherError, DocumentError
from certificates.core.sd_jwt_verify import verify_credential
from certificates.models import Certificate, Document, IssuerKey
from certificates.services import sweep_documents as sweeping
from certificates.services.erase_holder import erase_holder
from certificates.services.issue_certificate import issue_certificate
from certificates.services.read_document import read_document
from certificates.services.render_document import render_document
from certificates.services.reveal_seal_code import reveal_seal_code
from certificates.services.sign_certificate import trusted_key
from certificates.services.sweep_documents import sweep_documents
from tests.integration.factories import AT, CONSTRUCTOR, FOOD, REAL_ESTATE, Node, owner_of
from tests.integration.keys import region_ca_certificate

pytestmark = pytest.mark.usefixtures("own_files")

NOT_IN_THE_FONTS = "\U00031350"  # the first character of CJK extension H
SOON = AT + timedelta(seconds=5)


def document_of(certificate_id: UUID) -> Document:
    return Document.objects.get(certificate=certificate_id, kind="pdf")


@pytest.mark.django_db
@pytest.mark.parametrize("code", [CONSTRUCTOR, REAL_ESTATE, FOOD])
def test_makes_a_signed_file_that_carries_credential_and_seal_code(node: Node, code: str) -> None:
    certificate_id = node.issue(node.request(code))

    assert render_document(document_id=document_of(certificate_id).pk, at=SOON)

    data = read_document(certificate_id=certificate_id)
    ca = TrustAnchor(der=region_ca_certificate(), valid_from=SOON - timedelta(days=1))
    facts = read_pdf(data, trust_anchors=[ca], at=SOON)
    assert facts.code == reveal_seal_code(certificate_id=certificate_id)
    assert facts.credential is not None
    shown = verify_credential(facts.credential, key=trusted_key(IssuerKey.objects.get(use="credential")))
    assert set(shown.shown) == set(node.request(code).values)
    assert facts.signer_trusted
    assert facts.metadata["ZZBS"] == Certificate.objects.get(pk=certificate_id).identifier
    assert document_of(certificate_id).state == Document.State.READY


@pytest.mark.django_db
def test_the_stored_file_is_sealed(node: Node, issued: UUID) -> None:
    render_document(document_id=document_of(issued).pk, at=SOON)

    with default_storage.open(document_of(issued).stored_name, "rb") as file:
        stored = file.read()
    assert b"%PDF" not in stored
    assert read_document(certificate_id=issued).startswith(b"%PDF")


@pytest.mark.django_db
def test_rendering_again_changes_nothing(node: Node, issued: UUID) -> None:
    document = document_of(issued)
    assert render_document(document_id=document.pk, at=SOON)
    before = document_of(issued).stored_name

    assert not render_document(document_id=document.pk, at=SOON)

    assert document_of(issued).stored_name == before


@pytest.mark.django_db
def test_a_missing_glyph_holds_the_document_not_the_licence(node: Node) -> None:
    issued = node.issue(node.request(values={"employer": f"浙江{NOT_IN_THE_FONTS}建设有限公司"}))

    render_document(document_id=document_of(issued).pk, at=SOON)

    document = document_of(issued)
    assert (document.state, document.held_code) == (Document.State.HELD, "document.glyph_missing")
    assert Certificate.objects.get(pk=issued).state == "valid"
    with pytest.raises(DocumentError) as refused:
        read_document(certificate_id=issued)
    assert refused.value.code == "document.not_ready"


@pytest.mark.django_db
def test_the_file_does_not_leave_before_the_licence_is_in_the_log(node: Node) -> None:
    answer = issue_certificate(caller=node.officer, request=node.request(), idempotency_key="k", at=AT)
    render_document(document_id=document_of(answer.id).pk, at=SOON)

    with pytest.raises(DocumentError) as refused:
        read_document(certificate_id=answer.id)
    assert refused.value.code == "document.not_ready"


@pytest.mark.django_db
def test_the_document_of_an_erased_holder_is_gone(node: Node, issued: UUID) -> None:
    document_id = document_of(issued).pk
    render_document(document_id=document_id, at=SOON)
    name = document_of(issued).stored_name

    erase_holder(holder_id=owner_of(issued), at=SOON)

    assert not default_storage.exists(name)
    with pytest.raises((DocumentError, CipherError)):
        read_document(certificate_id=issued)


@pytest.mark.django_db
def test_lost_tasks_are_sent_again_after_a_minute(node: Node, issued: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(sweeping, "nudge", lambda task, **ids: bool(sent.append((task, ids))) or True)

    assert sweep_documents(at=AT + timedelta(seconds=30)) == 0
    files = list(Document.objects.filter(certificate=issued).order_by("pk").values_list("pk", flat=True))
    assert sweep_documents(at=AT + timedelta(seconds=60)) == len(files) > 0
    assert sweep_documents(at=AT + timedelta(seconds=61)) == 0

    assert sent == [("certificates.render_document", {"document_id": one}) for one in files]


@pytest.mark.django_db
def test_a_document_that_failed_ten_times_is_held_for_people(node: Node, issued: UUID) -> None:
    Document.objects.update(attempts=10)

    assert sweep_documents(at=AT + timedelta(hours=1)) == 0

    assert document_of(issued).held_code == "document.attempts"
