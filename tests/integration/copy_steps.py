"""Making purpose copies in tests, and reading every byte of their files."""

import re
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.utils.encoding import force_bytes

from certificates.adapters.pdf.facts import DocumentFacts, TrustAnchor
from certificates.adapters.pdf.read import read_document as read_pdf
from certificates.core.canonical import b64url_decode_strict
from certificates.core.errors import CanonicalError, CopyError
from certificates.core.grains import Grain
from certificates.core.status_list import Status
from certificates.models import Certificate, Document, PurposeCopy, StatusEntry
from certificates.services.render_document import render_document
from tests.integration.factories import AT, holder_caller, owner_of
from tests.integration.keys import region_ca_certificate
from verification.queries.audit_certificates import certificate_findings
from verification.services.copy_file import CopyFile
from verification.services.fetch_own_copy import fetch_own_copy
from verification.services.make_copy import CopyRequest, MadeCopy, make_copy

CHOSEN: Mapping[str, Grain] = {
    "certificate_number": Grain.FULL,
    "holder_name": Grain.MASKED,
    "age_over_18": Grain.FACT,
    "specialities": Grain.FULL,
}
PURPOSE = "城东污水处理厂扩建工程投标"
RECIPIENT = "湖州市城市建设投资集团"
SESSION = "session-1"
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def ordered(certificate_id: UUID, *, holder: UUID | None = None, key: str = "copy-0001", **changes: Any) -> MadeCopy:
    """The holder asks for a copy; nothing is rendered yet."""
    at = changes.pop("at", AT)
    given: dict[str, Any] = {
        "certificate_id": certificate_id,
        "grains": CHOSEN,
        "purpose": PURPOSE,
        "recipient": RECIPIENT,
        "days": 7,
    }
    return make_copy(
        caller=holder_caller(holder or owner_of(certificate_id)),
        request=CopyRequest(**(given | changes)),
        session_key=SESSION,
        idempotency_key=key,
        at=at,
    )


def rendered(made: MadeCopy, *, at: datetime = AT) -> None:
    """A worker makes the file."""
    file_made(made.id, at=at)


def file_made(copy_id: UUID, *, at: datetime = AT) -> None:
    """A worker makes the file of the copy with this public id."""
    document = Document.objects.get(copy__public_id=copy_id)
    assert render_document(document_id=document.pk, at=at)
    document.refresh_from_db()
    assert (document.state, document.held_code) == (Document.State.READY, "")


def fetched(made: MadeCopy, certificate_id: UUID, *, session: str = SESSION, at: datetime = AT) -> CopyFile:
    """The holder downloads it."""
    caller = holder_caller(owner_of(certificate_id))
    file = fetch_own_copy(caller=caller, copy_id=made.id, session_key=session, at=at)
    assert file is not None
    return file


def copy_file(certificate_id: UUID, **changes: Any) -> bytes:
    """The file of a new copy."""
    made = ordered(certificate_id, **changes)
    rendered(made)
    return fetched(made, certificate_id).data


def facts_of(pdf: bytes) -> DocumentFacts:
    """What a strict reading of the file finds."""
    anchor = TrustAnchor(der=region_ca_certificate(), valid_from=AT - timedelta(days=1))
    return read_pdf(pdf, trust_anchors=[anchor], at=AT)


def row_of(made: MadeCopy) -> PurposeCopy:
    """The copy's row."""
    return PurposeCopy.objects.select_related("status_entry", "document").get(public_id=made.id)


def status_of(made: MadeCopy) -> Status:
    """What the status list says of the copy."""
    return Status(row_of(made).status_entry.value)


def require_ended_alone(made: MadeCopy, certificate_id: UUID, *, stored_name: str, other: MadeCopy) -> None:
    """The copy is revoked and its file gone; the licence and its other copy stand, and the audit finds nothing."""
    assert (status_of(made), status_of(other)) == (Status.INVALID, Status.VALID)
    own = StatusEntry.objects.filter(certificate=certificate_id, copy__isnull=True)
    assert {entry.value for entry in own} == {Status.VALID}
    assert Certificate.objects.get(pk=certificate_id).state == "valid"
    assert not default_storage.exists(stored_name)
    with pytest.raises(CopyError) as refused:
        fetched(made, certificate_id)
    assert refused.value.code == "copy.revoked"
    assert certificate_findings() == []


def everything_in(pdf: bytes) -> bytes:
    """The file's bytes, each of its streams inflated, the disclosures in them decoded, and its text layer."""
    parts = [pdf]
    parts += [_inflated(stream) for stream in _STREAM.findall(pdf)]
    for part in list(parts):
        parts += [_decoded(text) for text in re.findall(rb"[A-Za-z0-9_-]{16,}", part)]
    document = pypdfium2.PdfDocument(pdf)
    parts += [force_bytes(page.get_textpage().get_text_bounded()) for page in document]
    return b"\n".join(parts)


def says(everything: bytes, text: str) -> bool:
    """Whether a text stands anywhere, in UTF-8, UTF-16 or as JSON and PDF write it."""
    forms = (text.encode(), text.encode("utf-16-be"), text.encode("utf-16-le"), text.encode("utf-16-be").hex().encode())
    return any(form in everything or form.upper() in everything for form in forms)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


def _decoded(text: bytes) -> bytes:
    try:
        return b64url_decode_strict(text.decode("ascii"))
    except CanonicalError:
        return b""
