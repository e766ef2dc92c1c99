"""The signed file of a licence. Protected: only verification's services call it, for they record who looked."""

from uuid import UUID

from certificates.adapters.document_store import read_file
from certificates.core.errors import DocumentError
from certificates.core.sealed_places import certificate_subject, place
from certificates.models import Document
from certificates.services.document_kinds import kinds_of_licences


def read_document(*, certificate_id: UUID, kind: str = "pdf") -> bytes:
    """This will give the clear bytes of the file; it changes nothing.

    Raises DocumentError `document.not_ready` (still made, held back, or the licence is not in the log), `ofd.not_made` (no OFD in the
    international profile), `document.storage` (out of reach), `document.file_missing`, `document.altered` (not the file that the row names,
    such as an earlier one put back in its place), CipherError.
    """
    ready = _ready(certificate_id, kind)
    try:
        return _opened(ready)
    except DocumentError:
        newest = _ready(certificate_id, kind)
        if newest.stored_name == ready.stored_name:
            raise
        return _opened(newest)  # it was replaced in between


def _ready(certificate_id: UUID, kind: str) -> Document:
    ready = Document.objects.filter(
        certificate=certificate_id, kind=kind, state=Document.State.READY, certificate__released_at__isnull=False
    ).first()
    if ready is None and kind == Document.Kind.OFD and Document.Kind.OFD not in kinds_of_licences():
        raise DocumentError("ofd.not_made", "a node of the international profile makes no OFD")
    if ready is None:
        raise DocumentError("document.not_ready", "the document is not ready")
    return ready


def _opened(document: Document) -> bytes:
    return read_file(
        document.stored_name,
        digest=document.digest,
        subject=certificate_subject(document.certificate_id),
        place=place("Document", document.pk, "file"),
    )
