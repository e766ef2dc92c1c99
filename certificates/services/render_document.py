"""The signed file of a licence, made after the licence and never in its way."""

import base64
import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import F

from certificates.adapters.document_store import drop_file, keep_file
from certificates.adapters.field_cipher import decrypt
from certificates.adapters.issue_keys import pdf_sign_raw
from certificates.adapters.pdf.render import render
from certificates.adapters.pdf.sign import PdfSigningKey, sign
from certificates.core.errors import CipherError, DocumentError
from certificates.core.grains import Grain
from certificates.core.sd_jwt import present
from certificates.core.sealed_places import certificate_subject, place
from certificates.core.stored_disclosures import unpack_disclosures
from certificates.models import Certificate, Document, IssuerKey, KeyState, KeyUse
from certificates.queries.licence_types import known_from_row
from certificates.services.document_content import document_content
from certificates.services.prepare_certificate import stored_values

_REASON = "电子证照签发"
_HELD_CODES = {"pdf.glyphs_missing": "document.glyph_missing"}


def render_document(*, document_id: int, at: datetime) -> bool:
    """This will make, sign, seal and store the file of a pending document; False where it was not pending any more.

    A licence that cannot be printed truthfully (`document.glyph_missing`), whose values are erased, or whose agency has no
    key holds the document with that code, never the licence. State and file name are committed at the end, once.
    """
    pending = Document.objects.filter(pk=document_id, state=Document.State.PENDING)
    if not pending.update(attempts=F("attempts") + 1, nudged_at=at):
        return False
    document = Document.objects.select_related("certificate__licence_type", "certificate__agency").get(pk=document_id)
    try:
        data = _signed_file(document.certificate, at)
    except (DocumentError, CipherError) as error:
        pending.update(state=Document.State.HELD, held_code=_HELD_CODES.get(error.code, error.code[:60]))
        return True
    name = keep_file(
        data, subject=certificate_subject(document.certificate_id), place=place("Document", document_id, "file")
    )
    with transaction.atomic():
        done = pending.update(
            state=Document.State.READY, stored_name=name, digest=hashlib.sha256(data).hexdigest(), held_code=""
        )
    if not done:
        drop_file(name)  # another worker was faster; its file is the one that counts
    return bool(done)


def _signed_file(certificate: Certificate, at: datetime) -> bytes:
    content = document_content(
        certificate=certificate,
        definition=known_from_row(certificate.licence_type).definition,
        values=stored_values(certificate),
        seal_code=_opened(certificate, "sealed_seal_code").decode("ascii"),
        credential=_whole_credential(certificate),
    )
    return sign(render(content), signer=_signing_key(certificate), at=at, reason=_REASON)


def _whole_credential(certificate: Certificate) -> str:
    disclosures = unpack_disclosures(_opened(certificate, "sealed_disclosures"))
    whole = [text for key, text in disclosures.items() if key.grain is Grain.FULL]
    return present(certificate.credential_jwt, whole)


def _opened(certificate: Certificate, column: str) -> bytes:
    sealed: bytes | None = getattr(certificate, column)
    return decrypt(
        sealed, subject=certificate_subject(certificate.pk), place=place("Certificate", certificate.pk, column)
    )


def _signing_key(certificate: Certificate) -> PdfSigningKey:
    key = IssuerKey.objects.filter(agency=certificate.agency, use=KeyUse.DOCUMENT, state=KeyState.ACTIVE).first()
    if key is None:
        raise DocumentError("document.no_key", "the agency has no active key to seal the document with")
    leaf, *rest = (base64.b64decode(der) for der in key.chain_der)
    return PdfSigningKey(certificate=leaf, chain=tuple(rest), sign=pdf_sign_raw(kid=key.kid))
