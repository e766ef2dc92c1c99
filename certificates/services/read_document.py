"""The signed file of a licence. Protected: only verification's services call it, for they record who looked."""

from uuid import UUID

from certificates.adapters.document_store import read_file
from certificates.core.errors import DocumentError
from certificates.core.sealed_places import certificate_subject, place
from certificates.models import Document


def read_document(*, certificate_id: UUID, kind: str = "pdf") -> bytes:
    """This will give the clear bytes of the file; it changes nothing.

    Raises DocumentError `document.not_ready` (still made, held back, or the licence is not in the log), CipherError.
    """
    ready = Document.objects.filter(
        certificate=certificate_id, kind=kind, state=Document.State.READY, certificate__released_at__isnull=False
    ).first()
    if ready is None:
        raise DocumentError("document.not_ready", "the document is not ready")
    return read_file(
        ready.stored_name, subject=certificate_subject(certificate_id), place=place("Document", ready.pk, "file")
    )
