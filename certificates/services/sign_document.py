"""Signing a document exactly as it was laid out and stored, once, and keeping the file."""

from datetime import datetime

from certificates.adapters.document_store import drop_file
from certificates.adapters.field_cipher import decrypt, seal
from certificates.adapters.issue_keys import document_signer, seal_signer
from certificates.core.errors import CredentialError, DocumentError, IssueError
from certificates.core.issue_token import Grantor, IssueToken
from certificates.core.sealed_places import certificate_subject, place
from certificates.core.signing.registry import suite
from certificates.models import Document, IssuerKey, KeyState, KeyUse
from certificates.services.document_kinds import DocumentKind, kind_of
from certificates.services.grant_issue_token import new_token, no_token_out
from certificates.services.keep_document import keep_document, new_file_name
from certificates.services.sign_certificate import trusted_key
from certificates.services.stop_issuer_key import stop_issuer_key


def sign_document(*, document_id: int, token: IssueToken | None, at: datetime) -> bool:
    """This will sign a laid-out document against its token; it is ready then, or waits for its last step. Committed at the end, once.

    Without a token (a crash lost it) it asks for a new one for the same bytes; False while another worker may be signing them,
    where another one was faster, or where the key may not sign. Raises DocumentError `document.signed_other_bytes`, CipherError.
    """
    document = Document.objects.select_related("issuer_key").get(pk=document_id)
    key, kind = document.issuer_key, kind_of(document)
    if document.sealed_draft is None or key is None or not _may_sign(document, key):
        return False
    packed = _draft(document)
    to_sign = kind.to_sign(packed)
    token = token or _granted_again(document, key, kind, to_sign, at)
    raw = _signature(kind, to_sign, key, token, at) if token else None
    if token is None or raw is None:
        return False
    signed = kind.finish(packed, key, raw)
    if kind.last_step() is not None:
        return _waits(document, token, signed, kind, at)
    return keep_document(document=document, token_digest=token.digest(), data=signed, level=kind.level, signed_at=at)


def _may_sign(document: Document, key: IssuerKey) -> bool:
    if key.state == KeyState.COMPROMISED:
        # Laid out for a key that must not sign any more: the next attempt lays it out for the agency's new one.
        Document.objects.filter(pk=document.pk, state=Document.State.PENDING).update(
            sealed_draft=None, token_digest=None
        )
        return False
    return key.stopped_at is None


def _draft(document: Document) -> bytes:
    return decrypt(
        document.sealed_draft,
        subject=certificate_subject(document.certificate_id),
        place=place("Document", document.pk, "sealed_draft"),
    )


def _granted_again(
    document: Document, key: IssuerKey, kind: DocumentKind, to_sign: bytes, at: datetime
) -> IssueToken | None:
    outputs = {kind.output: to_sign}
    token, columns = new_token(grantor=Grantor.DOCUMENT, row=document.pk, kid=key.kid, outputs=outputs, at=at)
    waiting = Document.objects.filter(
        pk=document.pk, state=Document.State.PENDING, sealed_draft__isnull=False, stored_name=document.stored_name
    )
    if not waiting.filter(no_token_out(at=at)).update(stored_name=new_file_name(), **columns):
        return None
    drop_file(document.stored_name)  # what a crash may have left of it
    return token


def _signature(kind: DocumentKind, to_sign: bytes, key: IssuerKey, token: IssueToken, at: datetime) -> bytes | None:
    signer = seal_signer if kind.key_use == KeyUse.CREDENTIAL else document_signer
    try:
        raw = signer(kid=key.kid).sign({kind.output: to_sign}, token=token, at=at)[kind.output]
    except IssueError:
        return None  # the token is another's by now
    try:
        suite(key.suite).verify(trusted_key(key).public_key, raw, to_sign)
    except CredentialError as error:
        stop_issuer_key(kid=key.kid, code="document.signed_other_bytes", at=at)
        raise DocumentError("document.signed_other_bytes", "the signature is not one over what was laid out") from error
    return raw


def _waits(document: Document, token: IssueToken, signed: bytes, kind: DocumentKind, at: datetime) -> bool:
    sealed = seal(
        signed,
        subject=certificate_subject(document.certificate_id),
        place=place("Document", document.pk, "sealed_signed"),
    )
    pending = Document.objects.filter(pk=document.pk, state=Document.State.PENDING, token_digest=token.digest())
    return bool(
        pending.update(
            state=Document.State.WAITING,
            level=kind.level,
            sealed_signed=sealed,
            sealed_draft=None,
            signed_at=at,
            attempts=1,  # the one at hand, for a step of its own
            token_digest=None,
            token_expires_at=None,
        )
    )
