"""What a licence's page prints, from its type and values: the same for a licence, a copy, and a sample that is no licence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from certificates.adapters.pdf.content import Attachment, DocumentContent, Item, Row
from certificates.core.issued_values import licence_number
from certificates.core.licence_types import FieldKind, FieldValue, FieldValues, LicenceTypeDefinition
from certificates.core.printed_values import chinese_date, printed_value

# Items that have a place of their own on the page (GB/T 36903 short names): number, agency, date, validity.
PLACED: Final = frozenset({"ZZBH", "ZZBFJG", "ZZBFJGDM", "ZZBFRQ", "ZZYXQQSRQ", "ZZYXQJZRQ"})
NUMBER_LABEL: Final = "证照编号"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """This will hold what stands on a page beside the values; `valid_until` None is long-term 长期."""

    identifier: str
    agency_name: str
    agency_code: str
    seal_image: bytes | None
    issue_date: date
    valid_from: date
    valid_until: date | None
    seal_code: str
    template: str
    photo: bytes | None
    attachments: tuple[Attachment, ...]
    metadata: Mapping[str, str]


def printed_page(*, definition: LicenceTypeDefinition, values: FieldValues, facts: PageFacts) -> DocumentContent:
    """This will lay out checked values in the type's order, dates and codes in words."""
    number = definition.by_short_name("ZZBH")
    layout = definition.layout
    return DocumentContent(
        title_zh=definition.title_zh,
        title_en=definition.title_en,
        subtitle=layout.subtitle,
        number_label=number.title_zh if number else NUMBER_LABEL,
        number=licence_number(definition, values),
        rows=_rows(definition, values),
        items=_printed_items(definition, values),
        identifier=facts.identifier,
        agency_name=facts.agency_name,
        agency_code=facts.agency_code,
        seal_image=facts.seal_image,
        issue_date=facts.issue_date,
        validity=_validity(facts),
        seal_code=facts.seal_code,
        notes=layout.notes,
        attachments=facts.attachments,
        metadata=facts.metadata,
        sample=definition.provisional,
        template=facts.template,
        paper=layout.paper,
        theme=layout.theme,
        frame=layout.frame,
        photo=facts.photo,
    )


def _printed_items(definition: LicenceTypeDefinition, values: FieldValues) -> Mapping[str, Item]:
    return MappingProxyType(
        {
            field.name: Item(
                label=field.title_zh, values=tuple(printed_value(field, item) for item in _items(values[field.name]))
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
            values=tuple(printed_value(field, item) for item in _items(values[field.name])),
            wide=field.name in definition.layout.wide,
        )
        for field in fields
        if field.short_name not in PLACED and field.kind is not FieldKind.PHOTO
    )


def _items(value: FieldValue) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _validity(facts: PageFacts) -> str:
    if facts.valid_until is None:
        return "长期"
    return f"{chinese_date(facts.valid_from)}至{chinese_date(facts.valid_until)}"
