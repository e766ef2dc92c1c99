"""The last step of a signed document, such as its timestamps: it waits, sealed, until the step succeeds, and is released by one worker."""

import secrets
from datetime import datetime, timedelta

from django.db.models import Q

from certificates.adapters.document_store import drop_file
from certificates.adapters.field_cipher import decrypt
from certificates.core.errors import DocumentWaitsError
from certificates.core.sealed_places import certificate_subject, place
from certificates.models import Document, KeyState
from certificates.services.document_kinds import kind_of
from certificates.services.keep_document import keep_document, new_file_name

LEASE = timedelta(seconds=120)  # several answers of a slow timestamp authority; nobody else tries meanwhile
_LEASE_BYTES = 32


def complete_document(*, document_id: int, at: datetime) -> bool:
    """This will do the last step of a waiting document, store the file and commit that it is ready.

    False where it waits no more, another worker holds it, or its key was found to be stolen: then it is laid out again for another.
    Raises DocumentWaitsError (it stays as it is), DocumentError, CipherError.
    """
    document = Document.objects.select_related("certificate", "issuer_key").get(pk=document_id)
    if document.state != Document.State.WAITING or _was_thrown_away(document):
        return False
    step = kind_of(document).last_step()
    if step is None:
        raise DocumentWaitsError(
            "document.no_last_step", "this node is not set up for the step that the document waits for"
        )
    lease = _leased(document, at)
    if lease is None:
        return False
    try:
        archived = step.complete(_signed(document), document, at)
        return keep_document(
            document=document,
            token_digest=lease,
            data=archived.pdf,
            level=step.level,
            signed_at=document.signed_at or at,
            stamped_until=archived.until,
        )
    except DocumentWaitsError:
        Document.objects.filter(pk=document_id, token_digest=lease).update(token_expires_at=at)
        raise


def _was_thrown_away(document: Document) -> bool:
    key = document.issuer_key
    if key is None or key.state != KeyState.COMPROMISED:
        return False
    # Its timestamps would be later than the theft: nobody could believe the signature.
    waiting = Document.objects.filter(pk=document.pk, state=Document.State.WAITING)
    waiting.update(state=Document.State.PENDING, sealed_signed=None, token_digest=None, token_expires_at=None, level="")
    return True


def _leased(document: Document, at: datetime) -> bytes | None:
    lease = secrets.token_bytes(_LEASE_BYTES)
    waiting = Document.objects.filter(pk=document.pk, state=Document.State.WAITING, sealed_signed__isnull=False)
    free = Q(token_expires_at__isnull=True) | Q(token_expires_at__lte=at)
    taken = waiting.filter(free, stored_name=document.stored_name).update(
        token_digest=lease, token_expires_at=at + LEASE, stored_name=new_file_name()
    )
    if not taken:
        return None
    drop_file(document.stored_name)  # what a crash may have left of it
    return lease


def _signed(document: Document) -> bytes:
    return decrypt(
        document.sealed_signed,
        subject=certificate_subject(document.certificate_id),
        place=place("Document", document.pk, "sealed_signed"),
    )
