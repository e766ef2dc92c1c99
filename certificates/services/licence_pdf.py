"""A licence as a PDF: its page, laid out for the agency's certification, and the signature put into its place."""

import base64
from datetime import datetime

from certificates.adapters.field_cipher import decrypt
from certificates.adapters.pdf.content import DocumentContent
from certificates.adapters.pdf.page_text import page_text
from certificates.adapters.pdf.prepared import pack_prepared_pdf, unpack_prepared_pdf
from certificates.adapters.pdf.render import render
from certificates.adapters.pdf.sign import PdfCertificates, der_signature, finish, lay_out
from certificates.core.errors import DocumentError
from certificates.core.grains import Grain
from certificates.core.printed_values import page_agrees
from certificates.core.sd_jwt import present
from certificates.core.sealed_places import certificate_subject, place
from certificates.core.stored_disclosures import unpack_disclosures
from certificates.models import Certificate, Document, IssuerKey
from certificates.queries.licence_types import known_from_row
from certificates.services.document_content import document_content
from certificates.services.prepare_certificate import stored_values

_REASON = "电子证照签发"


def compose_licence_pdf(document: Document, key: IssuerKey, at: datetime) -> bytes:
    """This will lay out the licence's page for its signature, packed; raises DocumentError (`pdf.glyphs_missing` ...), CipherError."""
    page = render(licence_content(document.certificate))
    require_page_agrees(page_text(page), document.certificate)
    return lay_out_pdf(page, key, at, reason=_REASON)


def lay_out_pdf(page: bytes, key: IssuerKey, at: datetime, *, reason: str) -> bytes:
    """This will prepare an unsigned PDF for the key's certification, packed."""
    return pack_prepared_pdf(lay_out(page, signer=certificates_of(key), at=at, reason=reason))


def pdf_to_sign(packed: bytes) -> bytes:
    """This will give the exact bytes to sign, the DER of the CMS signed attributes; raises DocumentError `pdf.unreadable`."""
    return unpack_prepared_pdf(packed).attributes


def finish_pdf(packed: bytes, key: IssuerKey, raw: bytes) -> bytes:
    """This will give the signed file; `raw` is r || s over what `pdf_to_sign` gave."""
    return finish(unpack_prepared_pdf(packed), signer=certificates_of(key), signature=der_signature(raw))


def certificates_of(key: IssuerKey) -> PdfCertificates:
    """This will give the key's X.509 certificate and chain as a document carries them."""
    leaf, *rest = (base64.b64decode(der) for der in key.chain_der)
    return PdfCertificates(certificate=leaf, chain=tuple(rest))


def stored_photo(certificate: Certificate) -> bytes | None:
    """This will open the kept picture, if the licence has one; raises CipherError."""
    return None if certificate.sealed_photo is None else _opened(certificate, "sealed_photo")


def licence_content(certificate: Certificate) -> DocumentContent:
    """This will give what a licence's page says and carries, in any kind of file. Raises CipherError."""
    return document_content(
        certificate=certificate,
        definition=known_from_row(certificate.licence_type).definition,
        values=stored_values(certificate),
        seal_code=_opened(certificate, "sealed_seal_code").decode("ascii"),
        credential=_whole_credential(certificate),
        photo=stored_photo(certificate),
    )


def require_page_agrees(text: str, certificate: Certificate) -> None:
    """This will return if a page with that text prints what is signed: whoever verifies the file reads its page.

    One that leaves out a value, or shows it otherwise, must not be signed. Raises DocumentError `document.page_differs`.
    """
    definition = known_from_row(certificate.licence_type).definition
    if not page_agrees(text, definition=definition, values=stored_values(certificate)):
        raise DocumentError("document.page_differs", "the page does not print what is signed")


def _whole_credential(certificate: Certificate) -> str:
    disclosures = unpack_disclosures(_opened(certificate, "sealed_disclosures"))
    whole = [text for key, text in disclosures.items() if key.grain is Grain.FULL]
    return present(certificate.credential_jwt, whole)


def _opened(certificate: Certificate, column: str) -> bytes:
    sealed: bytes | None = getattr(certificate, column)
    return decrypt(
        sealed, subject=certificate_subject(certificate.pk), place=place("Certificate", certificate.pk, column)
    )
