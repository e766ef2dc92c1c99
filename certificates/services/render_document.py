"""The signed file of a licence, made after the licence and never in its way."""

from datetime import datetime

from django.db.models import F

from certificates.adapters.field_cipher import decrypt, seal
from certificates.adapters.pdf.prepared import pack_prepared_pdf
from certificates.adapters.pdf.render import render
from certificates.adapters.pdf.sign import lay_out
from certificates.core.errors import CipherError, DocumentError
from certificates.core.grains import Grain
from certificates.core.issue_token import Grantor, IssueToken, Output
from certificates.core.sd_jwt import present
from certificates.core.sealed_places import certificate_subject, place
from certificates.core.stored_disclosures import unpack_disclosures
from certificates.models import LIVE_STATES, Certificate, Document, IssuerKey, KeyState, KeyUse
from certificates.queries.issuer_keys import issuer_key_at
from certificates.queries.licence_types import known_from_row
from certificates.services.document_content import document_content
from certificates.services.grant_issue_token import new_token
from certificates.services.prepare_certificate import stored_values
from certificates.services.sign_document import certificates_of, new_file_name, sign_document

_REASON = "电子证照签发"
_HELD_CODES = {"pdf.glyphs_missing": "document.glyph_missing"}


def render_document(*, document_id: int, at: datetime) -> bool:
    """This will lay out the file of a pending document, commit it sealed with the token that may sign it, and have it signed and stored.

    A file that was laid out before is signed as it stands, never laid out again; False where it was not pending any more, or
    another worker is at it. A licence that cannot be printed truthfully (`document.glyph_missing`), that ended, whose values
    are erased, or whose agency has no key holds the document with that code, never the licence.
    """
    pending = Document.objects.filter(pk=document_id, state=Document.State.PENDING)
    if not pending.update(attempts=F("attempts") + 1, nudged_at=at):
        return False
    document = Document.objects.select_related("certificate__licence_type", "certificate__agency").get(pk=document_id)
    if _is_stopped(document):
        pending.update(attempts=F("attempts") - 1)  # the document is not to blame
        return False
    try:
        token = None if document.sealed_draft is not None else _laid_out(document, at)
        return sign_document(document_id=document_id, token=token, at=at)
    except (DocumentError, CipherError) as error:
        pending.update(state=Document.State.HELD, held_code=_HELD_CODES.get(error.code, error.code[:60]))
        return True


def _is_stopped(document: Document) -> bool:
    keys = IssuerKey.objects.filter(agency=document.certificate.agency, use=KeyUse.DOCUMENT, state=KeyState.ACTIVE)
    return keys.filter(stopped_at__isnull=False).exists()


def _laid_out(document: Document, at: datetime) -> IssueToken | None:
    certificate = document.certificate
    if certificate.state not in LIVE_STATES:
        raise DocumentError("document.licence_ended", "the licence ended before its document was made")
    key = issuer_key_at(agency_id=certificate.agency_id, use=KeyUse.DOCUMENT, at=at)
    if key is None:
        raise DocumentError("document.no_key", "the agency has no active key to seal the document with")
    prepared = lay_out(_page(certificate), signer=certificates_of(key), at=at, reason=_REASON)
    token, granted = new_token(
        grantor=Grantor.DOCUMENT,
        row=document.pk,
        kid=key.kid,
        outputs={Output.DOCUMENT: prepared.attributes},
        at=at,
    )
    sealed = seal(
        pack_prepared_pdf(prepared),
        subject=certificate_subject(certificate.pk),
        place=place("Document", document.pk, "sealed_draft"),
    )
    # Conditional: of two workers that lay out at once, the first one's file is the one that gets signed.
    waiting = Document.objects.filter(pk=document.pk, state=Document.State.PENDING, sealed_draft__isnull=True)
    kept = waiting.update(sealed_draft=sealed, issuer_key=key, stored_name=new_file_name(), **granted)
    return token if kept else None


def _page(certificate: Certificate) -> bytes:
    content = document_content(
        certificate=certificate,
        definition=known_from_row(certificate.licence_type).definition,
        values=stored_values(certificate),
        seal_code=_opened(certificate, "sealed_seal_code").decode("ascii"),
        credential=_whole_credential(certificate),
    )
    return render(content)


def _whole_credential(certificate: Certificate) -> str:
    disclosures = unpack_disclosures(_opened(certificate, "sealed_disclosures"))
    whole = [text for key, text in disclosures.items() if key.grain is Grain.FULL]
    return present(certificate.credential_jwt, whole)


def _opened(certificate: Certificate, column: str) -> bytes:
    sealed: bytes | None = getattr(certificate, column)
    return decrypt(
        sealed, subject=certificate_subject(certificate.pk), place=place("Certificate", certificate.pk, column)
    )
