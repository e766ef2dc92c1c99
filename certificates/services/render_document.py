"""One turn of work at a document of any kind, made after the licence and never in its way."""

import secrets
from datetime import datetime, timedelta

from django.db.models import F

from certificates.adapters.field_cipher import seal
from certificates.core.errors import CipherError, DocumentError, DocumentWaitsError
from certificates.core.issue_token import Grantor, IssueToken
from certificates.core.sealed_places import certificate_subject, place
from certificates.models import LIVE_STATES, Document, IssuerKey, KeyState
from certificates.queries.issuer_keys import issuer_key_at
from certificates.queries.waiting_documents import waited_in_vain
from certificates.services.complete_document import complete_document
from certificates.services.document_kinds import kind_of
from certificates.services.grant_issue_token import new_token, no_token_out
from certificates.services.keep_document import new_file_name
from certificates.services.sign_document import sign_document

OPEN_STATES = (Document.State.PENDING, Document.State.WAITING)
LAYOUT_LEASE = timedelta(
    seconds=50
)  # a page takes a second, ten on a machine that is overrun; over when the sweep sends it again
_LEASE_BYTES = 32

_HELD_CODES = {"pdf.glyphs_missing": "document.glyph_missing"}


def render_document(*, document_id: int, at: datetime) -> bool:
    """This will lay out, sign, complete and store a document as far as it gets; every step is committed, and none is done twice.

    A file that was laid out before is signed as it stands, never laid out again; False where nothing was done: it was neither
    pending nor waiting, another worker is at it, or it waits on for a store or a timestamp. A licence that cannot be printed truthfully
    (`document.glyph_missing`), that ended, whose values are erased, or whose agency has no key holds the document with that code.
    """
    unfinished = Document.objects.filter(pk=document_id, state__in=OPEN_STATES)
    if not unfinished.update(attempts=F("attempts") + 1, nudged_at=at):
        return False
    document = Document.objects.select_related("certificate__licence_type", "certificate__agency").get(pk=document_id)
    try:
        if _is_stopped(document):
            raise DocumentWaitsError("document.key_stopped", "the agency's key is stopped")
        return _worked_at(document, at)
    except DocumentWaitsError as error:
        # The document is not to blame: the try does not count.
        unfinished.update(held_code=error.code[:60], attempts=F("attempts") - 1)
        return False
    except (DocumentError, CipherError) as error:
        unfinished.update(state=Document.State.HELD, held_code=_HELD_CODES.get(error.code, error.code[:60]))
        return True


def _is_stopped(document: Document) -> bool:
    use = kind_of(document).key_use
    keys = IssuerKey.objects.filter(agency=document.certificate.agency, use=use, state=KeyState.ACTIVE)
    return document.state == Document.State.PENDING and keys.filter(stopped_at__isnull=False).exists()


def _worked_at(document: Document, at: datetime) -> bool:
    if document.state == Document.State.WAITING:
        return complete_document(document_id=document.pk, at=at)
    token = None if document.sealed_draft is not None else _laid_out(document, at)
    if not sign_document(document_id=document.pk, token=token, at=at):
        return False
    waiting = Document.objects.filter(pk=document.pk, state=Document.State.WAITING)
    if waited_in_vain(at=at):
        waiting.update(nudged_at=None)  # the sweep tries a few of them until one succeeds
        return True
    return complete_document(document_id=document.pk, at=at) if waiting.exists() else True


def _laid_out(document: Document, at: datetime) -> IssueToken | None:
    certificate, kind = document.certificate, kind_of(document)
    if certificate.state not in LIVE_STATES:
        raise DocumentError("document.licence_ended", "the licence ended before its document was made")
    key = issuer_key_at(agency_id=certificate.agency_id, use=kind.key_use, at=at)
    if key is None:
        raise DocumentError("document.no_key", "the agency has no active key to seal the document with")
    lease = _leased(document, at)
    if lease is None:
        return None
    packed = kind.compose(document, key, at)
    token, granted = new_token(
        grantor=Grantor.DOCUMENT,
        row=document.pk,
        kid=key.kid,
        outputs={kind.output: kind.to_sign(packed)},
        at=at,
    )
    sealed = seal(
        packed,
        subject=certificate_subject(certificate.pk),
        place=place("Document", document.pk, "sealed_draft"),
    )
    # Conditional: of two workers that lay out at once, the one that holds the row has its file signed.
    held = Document.objects.filter(pk=document.pk, state=Document.State.PENDING, token_digest=lease)
    kept = held.update(sealed_draft=sealed, issuer_key=key, stored_name=new_file_name(), **granted)
    return token if kept else None


def _leased(document: Document, at: datetime) -> bytes | None:
    """Nobody else sets the same page meanwhile; a token that nobody was granted signs nothing."""
    lease = secrets.token_bytes(_LEASE_BYTES)
    blank = Document.objects.filter(pk=document.pk, state=Document.State.PENDING, sealed_draft__isnull=True)
    taken = blank.filter(no_token_out(at=at)).update(token_digest=lease, token_expires_at=at + LAYOUT_LEASE)
    return lease if taken else None
