"""The signed file of a purpose copy. Protected: only verification's services call it, for they record who had it."""

from datetime import datetime
from uuid import UUID

from certificates.adapters.document_store import read_file
from certificates.core.errors import DocumentError
from certificates.core.sealed_places import certificate_subject, place
from certificates.models import Document, PurposeCopy
from certificates.services.copy_rows import require_copy_good


def read_copy(*, copy_id: UUID, at: datetime) -> bytes:
    """This will give the clear bytes of the file; it changes nothing.

    Raises CopyError `copy.expired|revoked|licence_ended`, DocumentError `document.not_ready|altered`, CipherError.
    """
    copy = PurposeCopy.objects.select_related("certificate").get(public_id=copy_id)
    require_copy_good(copy=copy, at=at)
    ready = Document.objects.filter(copy=copy, state=Document.State.READY).first()
    if ready is None:
        raise DocumentError("document.not_ready", "the document is not ready")
    return read_file(
        ready.stored_name,
        digest=ready.digest,
        subject=certificate_subject(copy.certificate_id),
        place=place("Document", ready.pk, "file"),
    )
