"""Storing the file of a document under the name that its row foretold, once, by whoever still holds the row's token."""

import hashlib
import secrets
from datetime import datetime

from certificates.adapters.document_store import FOLDER, drop_file, keep_file
from certificates.core.sealed_places import certificate_subject, place
from certificates.models import Document


def keep_document(*, document: Document, token_digest: bytes, data: bytes, level: str, signed_at: datetime) -> bool:
    """This will store the clear bytes of a released file and commit that it is ready; False where another holds the row by now.

    The file is written under the name that stands in the row beside the token, and dropped again where the token was replaced, or the
    holder erased, in the meantime. Raises DocumentWaitsError `document.storage`, CipherError `cipher.erased`.
    """
    held = Document.objects.filter(pk=document.pk, state=document.state, token_digest=token_digest)
    name = held.values_list("stored_name", flat=True).first()
    if not name:
        return False
    keep_file(
        data,
        name=name,
        subject=certificate_subject(document.certificate_id),
        place=place("Document", document.pk, "file"),
    )
    done = held.update(
        state=Document.State.READY,
        level=level,
        digest=hashlib.sha256(data).hexdigest(),
        signed_at=signed_at,
        held_code="",
        sealed_draft=None,
        sealed_signed=None,
    )
    if not done:
        drop_file(name)  # that other one's file is the one that counts
    return bool(done)


def new_file_name() -> str:
    """This will draw the name of a document's file; it is committed before the file is written, so that none is left behind."""
    return f"{FOLDER}/{secrets.token_hex(16)}.sealed"
