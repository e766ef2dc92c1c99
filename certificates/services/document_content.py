"""What a licence's document says and carries, from its row, definition and values."""

from datetime import date

from certificates.adapters.pdf.content import (
    CREDENTIAL_MIME,
    CREDENTIAL_NAME,
    LICENCE_TYPE_MIME,
    LICENCE_TYPE_NAME,
    Attachment,
    DocumentContent,
)
from certificates.core.canonical import canonical_json
from certificates.core.facts import shanghai_date
from certificates.core.licence_types import FieldValues, LicenceTypeDefinition
from certificates.core.photos import PHOTO_MIME, PHOTO_NAME
from certificates.models import Certificate
from certificates.services.document_metadata import document_metadata
from certificates.services.printed_page import PageFacts, printed_page


def document_content(
    *,
    certificate: Certificate,
    definition: LicenceTypeDefinition,
    values: FieldValues,
    seal_code: str,
    credential: str,
    photo: bytes | None = None,
) -> DocumentContent:
    """This will lay out a licence; `credential` is the SD-JWT with every field in full, which the file carries.

    `photo` is the kept picture (JPEG), printed and carried.
    """
    agency, issue_date = certificate.agency, _issue_date(certificate, definition, values)
    facts = PageFacts(
        identifier=certificate.identifier,
        agency_name=agency.name_zh,
        agency_code=agency.seal_number or agency.uscc,
        seal_image=None if agency.seal_image is None else bytes(agency.seal_image),
        issue_date=issue_date,
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
        seal_code=seal_code,
        template=certificate.licence_type.template,
        photo=photo,
        attachments=(
            Attachment(name=CREDENTIAL_NAME, mime=CREDENTIAL_MIME, data=credential.encode("ascii")),
            # The document explains itself for decades: which field each national short name stands for.
            Attachment(
                name=LICENCE_TYPE_NAME, mime=LICENCE_TYPE_MIME, data=canonical_json(certificate.licence_type.definition)
            ),
            *(() if photo is None else (Attachment(name=PHOTO_NAME, mime=PHOTO_MIME, data=photo),)),
        ),
        metadata=document_metadata(
            certificate=certificate, definition=definition, values=values, issue_date=issue_date
        ),
    )
    return printed_page(definition=definition, values=values, facts=facts)


def _issue_date(certificate: Certificate, definition: LicenceTypeDefinition, values: FieldValues) -> date:
    field = definition.by_short_name("ZZBFRQ")
    stated = values.get(field.name) if field else None
    if isinstance(stated, str):
        return date.fromisoformat(stated)
    return shanghai_date(certificate.issued_at or certificate.created_at)
