"""What a licence's page says, from its definition and values."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from accounts.core.identity_codes import holder_code_type
from accounts.core.regions import region
from certificates.adapters.pdf.content import (
    CREDENTIAL_MIME,
    CREDENTIAL_NAME,
    LICENCE_TYPE_MIME,
    LICENCE_TYPE_NAME,
    Attachment,
    DocumentContent,
    Item,
    Row,
)
from certificates.core.canonical import canonical_json
from certificates.core.facts import shanghai_date
from certificates.core.issued_values import licence_number
from certificates.core.licence_types import FieldDefinition, FieldKind, FieldValue, FieldValues, LicenceTypeDefinition
from certificates.core.photos import PHOTO_MIME, PHOTO_NAME
from certificates.models import Certificate
from certificates.services.document_metadata import document_metadata

# Items that have a place of their own on the page (GB/T 36903 short names): number, agency, date, validity.
_PLACED: Final = frozenset({"ZZBH", "ZZBFJG", "ZZBFJGDM", "ZZBFRQ", "ZZYXQQSRQ", "ZZYXQJZRQ"})
_NUMBER_LABEL: Final = "证照编号"


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
    number = definition.by_short_name("ZZBH")
    return DocumentContent(
        title_zh=definition.title_zh,
        title_en=definition.title_en,
        subtitle=definition.layout.subtitle,
        number_label=number.title_zh if number else _NUMBER_LABEL,
        number=licence_number(definition, values),
        rows=_rows(definition, values),
        identifier=certificate.identifier,
        agency_name=agency.name_zh,
        agency_code=agency.seal_number or agency.uscc,
        issue_date=issue_date,
        validity=_validity(certificate),
        seal_code=seal_code,
        notes=definition.layout.notes,
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
        sample=definition.provisional,
        template=certificate.licence_type.template,
        paper=definition.layout.paper,
        theme=definition.layout.theme,
        frame=definition.layout.frame,
        photo=photo,
        seal_image=None if agency.seal_image is None else bytes(agency.seal_image),
        items=_printed_items(definition, values),
    )


def _printed_items(definition: LicenceTypeDefinition, values: FieldValues) -> Mapping[str, Item]:
    return MappingProxyType(
        {
            field.name: Item(
                label=field.title_zh, values=tuple(_printed(field, item) for item in _items(values[field.name]))
            )
            for field in definition.fields
            if field.name in values and field.kind is not FieldKind.PHOTO
        }
    )


def _rows(definition: LicenceTypeDefinition, values: FieldValues) -> tuple[Row, ...]:
    order = definition.layout.order or tuple(field.name for field in definition.fields)
    fields = [definition.field(name) for name in order if name in values]
    return tuple(
        Row(
            label=field.title_zh,
            values=tuple(_printed(field, item) for item in _items(values[field.name])),
            wide=field.name in definition.layout.wide,
        )
        for field in fields
        if field.short_name not in _PLACED and field.kind is not FieldKind.PHOTO
    )


def _items(value: FieldValue) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _printed(field: FieldDefinition, value: str) -> str:
    if field.kind is FieldKind.DATE:
        return _chinese_date(date.fromisoformat(value))
    if field.kind is FieldKind.REGION:
        return region(value).name_zh
    if field.kind is FieldKind.HOLDER_CODE_TYPE:
        return holder_code_type(value).name_zh
    if field.kind is FieldKind.ENUM:
        return next((option.title_zh for option in field.options if option.value == value), value)
    return value


def _issue_date(certificate: Certificate, definition: LicenceTypeDefinition, values: FieldValues) -> date:
    field = definition.by_short_name("ZZBFRQ")
    stated = values.get(field.name) if field else None
    if isinstance(stated, str):
        return date.fromisoformat(stated)
    return shanghai_date(certificate.issued_at or certificate.created_at)


def _validity(certificate: Certificate) -> str:
    if certificate.valid_until is None:
        return "长期"
    return f"{_chinese_date(certificate.valid_from)}至{_chinese_date(certificate.valid_until)}"


def _chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
