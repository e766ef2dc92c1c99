"""Storing the file of a document under the name that its row foretold, once, by whoever still holds the row's token."""

import hashlib
import secrets
from datetime import datetime

from certificates.adapters.document_store import FOLDER, drop_file, keep_file
from certificates.core.sealed_places import certificate_subject, place
from certificates.models import Document
from certificates.services.timestamp_document import STAMP_DIGEST


def keep_document(
    *,
    document: Document,
    token_digest: bytes,
    data: bytes,
    level: str,
    signed_at: datetime,
    stamped_until: datetime | None = None,
) -> bool:
    """This will store the clear bytes of a released file and commit that it is ready; False where another holds the row by now.

    `stamped_until` is when its archive timestamp's certificate ends, where it has one: it is committed with the file that bears it.
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
        **stamped_columns(stamped_until),
    )
    if not done:
        drop_file(name)  # that other one's file is the one that counts
    return bool(done)


def stamped_columns(until: datetime | None) -> dict[str, object]:
    """This will give the columns that tell when to renew a file's archive timestamp; none for a file without one."""
    return {} if until is None else {"stamped_until": until, "stamped_with": STAMP_DIGEST}


def new_file_name() -> str:
    """This will draw the name of a document's file; it is committed before the file is written, so that none is left behind."""
    return f"{FOLDER}/{secrets.token_hex(16)}.sealed"
