"""Putting a longer-lived form of a ready file in its place, such as one with a renewed archive timestamp."""

import hashlib
from datetime import datetime

from certificates.adapters.document_store import drop_file, keep_file
from certificates.core.sealed_places import certificate_subject, place
from certificates.models import Document
from certificates.services.keep_document import new_file_name, stamped_columns


def replace_document(
    *, document_id: int, digest: str, data: bytes, level: str, stamped_until: datetime | None = None, at: datetime
) -> bool:
    """This will store `data` as the document's file, if the file is still the one of the SHA-256 `digest` (hex); False otherwise.

    `stamped_until` is when the archive timestamp in `data` ends, committed with it. The old file goes only when the new one is stored and
    named. Raises DocumentWaitsError `document.storage`, CipherError.
    """
    document = Document.objects.get(pk=document_id)
    name = new_file_name()
    keep_file(
        data,
        name=name,
        subject=certificate_subject(document.certificate_id),
        place=place("Document", document_id, "file"),
    )
    same = Document.objects.filter(
        pk=document_id, state=Document.State.READY, digest=digest, stored_name=document.stored_name
    )
    done = same.update(
        stored_name=name,
        digest=hashlib.sha256(data).hexdigest(),
        level=level,
        nudged_at=at,
        **stamped_columns(stamped_until),
    )
    drop_file(document.stored_name if done else name)
    return bool(done)
