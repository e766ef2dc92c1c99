"""A purpose copy as a PDF: its own statement first, then the page that shows it, laid out for the agency's certification."""

from collections.abc import Mapping
from datetime import datetime

from certificates.adapters.pdf.content import DocumentContent, Row
from certificates.core.copy_claims import CopyClaims
from certificates.core.errors import (
    CopyError,
    CredentialError,
    DocumentError,
    DocumentWaitsError,
    IssueError,
    SealCodeError,
)
from certificates.core.licence_types import LicenceTypeDefinition
from certificates.core.photos import photo_field
from certificates.core.sd_jwt_format import Shown
from certificates.core.sd_jwt_verify import verify_credential
from certificates.models import Certificate, Document, IssuerKey, PurposeCopy
from certificates.queries.licence_types import known_from_row
from certificates.services.copy_document_content import copy_document_content
from certificates.services.copy_rows import opened, require_copy_good, terms_of
from certificates.services.draw_copy_page import draw_copy_page
from certificates.services.licence_pdf import lay_out_pdf, stored_photo
from certificates.services.sign_certificate import trusted_key
from certificates.services.sign_copy_statement import sign_copy_statement

_REASON = "电子证照加注件制作"
_LATER = "issue.key_stopped"


def compose_copy_pdf(document: Document, key: IssuerKey, at: datetime) -> bytes:
    """This will have the copy's statement signed, unless it is, and lay out its page for the signature, packed.

    Raises DocumentWaitsError (a stopped key, another worker at the statement), DocumentError `document.copy_refused`, `pdf.*`,
    CipherError, KeyUnavailableError. It is called outside of any transaction.
    """
    assert document.copy_id is not None
    try:
        if not sign_copy_statement(copy_id=document.copy_id, at=at):
            raise DocumentWaitsError("document.copy_statement", "another worker is signing the copy's statement")
        page = _page(document.copy_id, at)
    except (CopyError, IssueError, CredentialError, SealCodeError) as error:
        if error.code == _LATER:
            raise DocumentWaitsError("document.key_stopped", "the agency's key is stopped") from error
        raise DocumentError("document.copy_refused", "the copy cannot be made as it was asked for") from error
    return lay_out_pdf(page, key, at, reason=_REASON)


def _page(copy_id: int, at: datetime) -> bytes:
    rows = PurposeCopy.objects.select_related("certificate__licence_type", "certificate__agency", "issuer_key")
    copy = rows.get(pk=copy_id)
    require_copy_good(copy=copy, at=at)
    definition = known_from_row(copy.certificate.licence_type).definition
    credential, terms = opened(copy, "sealed_credential").decode("ascii"), terms_of(copy)
    assert copy.issuer_key is not None
    shown = verify_credential(credential, key=trusted_key(copy.issuer_key)).shown
    seal_code, photo = opened(copy, "sealed_seal_code").decode("ascii"), _photo(copy.certificate, definition, shown)

    def laid_out(template: str, extra: tuple[Row, ...]) -> DocumentContent:
        return copy_document_content(
            copy=copy,
            definition=definition,
            shown=shown,
            terms=terms,
            seal_code=seal_code,
            credential=credential,
            photo=photo,
            template=template,
            extra=extra,
        )

    return draw_copy_page(
        lay_out=laid_out,
        template=copy.certificate.licence_type.template,
        definition=definition,
        shown=shown,
        claims=CopyClaims(number=copy.number, purpose=terms.purpose, recipient=terms.recipient),
        at=copy.made_at,
    )


def _photo(certificate: Certificate, definition: LicenceTypeDefinition, shown: Mapping[str, Shown]) -> bytes | None:
    field = photo_field(definition)
    return None if field is None or field.name not in shown else stored_photo(certificate)
