"""Signing a document exactly as it was laid out and stored, once, and storing the file."""

import base64
import hashlib
import secrets
from datetime import datetime

from certificates.adapters.document_store import drop_file, keep_file
from certificates.adapters.field_cipher import decrypt
from certificates.adapters.issue_keys import document_signer
from certificates.adapters.pdf.prepared import PreparedPdf, unpack_prepared_pdf
from certificates.adapters.pdf.sign import PdfCertificates, der_signature, finish
from certificates.core.errors import CredentialError, DocumentError, IssueError
from certificates.core.issue_token import Grantor, IssueToken, Output
from certificates.core.sealed_places import certificate_subject, place
from certificates.core.signing.registry import suite
from certificates.models import Document, IssuerKey, KeyState
from certificates.services.grant_issue_token import new_token, no_token_out
from certificates.services.sign_certificate import trusted_key
from certificates.services.stop_issuer_key import stop_issuer_key


def sign_document(*, document_id: int, token: IssueToken | None, at: datetime) -> bool:
    """This will sign a laid-out document against its token, and commit state and file name at the end, once.

    Without a token (a crash lost it) it asks for a new one for the same bytes; False while another worker may be signing them,
    where another one was faster, or where the key may not sign. Raises DocumentError `document.signed_other_bytes`, CipherError.
    """
    document = Document.objects.select_related("issuer_key").get(pk=document_id)
    key = document.issuer_key
    if document.sealed_draft is None or key is None or not _may_sign(document, key):
        return False
    prepared = _draft(document)
    token = token or _granted_again(document, key, prepared, at)
    if token is None:
        return False
    # What the row says after the grant: the name under which this token's file is kept.
    waiting = Document.objects.filter(
        pk=document_id, state=Document.State.PENDING, token_digest=token.digest(), sealed_draft__isnull=False
    )
    name = waiting.values_list("stored_name", flat=True).first()
    data = _signed(prepared, key, token, at) if name else None
    if not name or data is None:
        return False
    keep_file(
        data,
        name=name,
        subject=certificate_subject(document.certificate_id),
        place=place("Document", document_id, "file"),
    )
    done = waiting.update(
        state=Document.State.READY, digest=hashlib.sha256(data).hexdigest(), held_code="", sealed_draft=None
    )
    if not done:
        drop_file(name)  # it was taken over, or erased, in the meantime: that one's file is the one that counts
    return bool(done)


def new_file_name() -> str:
    """This will draw the name of a document's file; it is committed before the file is written, so that none is left behind."""
    return f"documents/{secrets.token_hex(16)}.sealed"


def certificates_of(key: IssuerKey) -> PdfCertificates:
    """This will give the key's X.509 certificate and chain as a document carries them."""
    leaf, *rest = (base64.b64decode(der) for der in key.chain_der)
    return PdfCertificates(certificate=leaf, chain=tuple(rest))


def _may_sign(document: Document, key: IssuerKey) -> bool:
    if key.state == KeyState.COMPROMISED:
        # Laid out for a key that must not sign any more: the next attempt lays it out for the agency's new one.
        Document.objects.filter(pk=document.pk, state=Document.State.PENDING).update(
            sealed_draft=None, token_digest=None
        )
        return False
    return key.stopped_at is None


def _draft(document: Document) -> PreparedPdf:
    return unpack_prepared_pdf(
        decrypt(
            document.sealed_draft,
            subject=certificate_subject(document.certificate_id),
            place=place("Document", document.pk, "sealed_draft"),
        )
    )


def _granted_again(document: Document, key: IssuerKey, prepared: PreparedPdf, at: datetime) -> IssueToken | None:
    outputs = {Output.DOCUMENT: prepared.attributes}
    token, columns = new_token(grantor=Grantor.DOCUMENT, row=document.pk, kid=key.kid, outputs=outputs, at=at)
    waiting = Document.objects.filter(pk=document.pk, state=Document.State.PENDING, sealed_draft__isnull=False)
    if not waiting.filter(no_token_out(at=at)).update(stored_name=new_file_name(), **columns):
        return None
    drop_file(document.stored_name)  # what a crash may have left of it
    return token


def _signed(prepared: PreparedPdf, key: IssuerKey, token: IssueToken, at: datetime) -> bytes | None:
    outputs = {Output.DOCUMENT: prepared.attributes}
    try:
        raw = document_signer(kid=key.kid).sign(outputs, token=token, at=at)[Output.DOCUMENT]
    except IssueError:
        return None  # the token is another's by now
    try:
        suite(key.suite).verify(trusted_key(key).public_key, raw, prepared.attributes)
    except CredentialError as error:
        stop_issuer_key(kid=key.kid, code="document.signed_other_bytes", at=at)
        raise DocumentError("document.signed_other_bytes", "the signature is not one over what was laid out") from error
    return finish(prepared, signer=certificates_of(key), signature=der_signature(raw))
