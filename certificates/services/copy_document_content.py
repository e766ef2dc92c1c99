"""What a purpose copy's page says: what its own statement shows, its terms across the page, and nothing else of the licence."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from math import ceil
from types import MappingProxyType

from certificates.adapters.pdf.content import (
    CREDENTIAL_MIME,
    CREDENTIAL_NAME,
    LICENCE_TYPE_MIME,
    LICENCE_TYPE_NAME,
    Attachment,
    CopyOverlay,
    DocumentContent,
    Item,
    Row,
)
from certificates.core.canonical import canonical_json
from certificates.core.copy_page import COPY_WORD, NOT_SHOWN, copy_items, copy_texts
from certificates.core.copy_terms import CopyTerms
from certificates.core.facts import SHANGHAI, shanghai_date
from certificates.core.grains import Grain
from certificates.core.layout_kinds import Paper
from certificates.core.licence_types import FieldDefinition, FieldKind, LicenceTypeDefinition
from certificates.core.photos import PHOTO_MIME, PHOTO_NAME
from certificates.core.printed_values import chinese_date
from certificates.core.sd_jwt_format import Shown
from certificates.models import PurposeCopy
from certificates.services.document_metadata import SEPARATOR, stated_text
from certificates.services.printed_page import NUMBER_LABEL, PLACED

_COPY_NUMBER = "加注件编号"
_ELSEWHERE = PLACED - {"ZZBFJGDM"}  # a licence prints that as part of its identifier
_ACROSS = 22  # characters of a line across the page
_MORE = 4  # that a line may have above its share
_PARTS = re.compile(r"[0-9A-Za-z.\-]{1,18}.?|.")
_YES = "是"  # a fact is only ever signed when true
_MADE_ON = "制件 "  # before the date in the seal, where the licence's own date of issue is not shown


def copy_document_content(
    *,
    copy: PurposeCopy,
    definition: LicenceTypeDefinition,
    shown: Mapping[str, Shown],
    terms: CopyTerms,
    seal_code: str,
    credential: str,
    photo: bytes | None,
    template: str,
    extra: tuple[Row, ...] = (),
) -> DocumentContent:
    """This will lay a copy out on the type's own page (`template`), or on the generic one (""), which prints whatever was chosen.

    `shown` is what the copy's statement `credential` shows, `photo` the picture if it is among that, `extra` what that page has no
    place for. The licence's identifier is not on it: it would tie all copies together.
    """
    agency, number = copy.certificate.agency, _number(definition, shown)
    if number is None and template:
        number = NOT_SHOWN
    issued = _day(definition, shown, "ZZBFRQ")
    paper = definition.layout.paper
    return DocumentContent(
        title_zh=definition.title_zh,
        title_en=definition.title_en,
        subtitle=COPY_WORD,
        number_label=_COPY_NUMBER if number is None else _number_label(definition),
        number=copy.number if number is None else number,
        rows=tuple(_rows(definition, shown)),
        items=_printed_items(definition, shown),
        identifier=copy.number,
        agency_name=agency.name_zh,
        agency_code=agency.seal_number or agency.uscc,
        seal_image=None if agency.seal_image is None else bytes(agency.seal_image),
        issue_date=issued or shanghai_date(copy.made_at),
        date_lead="" if issued else _MADE_ON,
        validity=_validity(definition, shown) or (NOT_SHOWN if template else ""),
        seal_code=seal_code,
        notes=(),
        attachments=_attachments(copy, credential, photo),
        metadata=_metadata(copy, definition, shown, terms),
        sample=definition.provisional,
        template=template,
        paper=paper if template or paper is not Paper.CARD else Paper.A4_PORTRAIT,
        theme=definition.layout.theme,
        frame=definition.layout.frame,
        photo=photo,
        overlay=_overlay(copy, terms, extra),
        mark=copy.mark,
    )


def _attachments(copy: PurposeCopy, credential: str, photo: bytes | None) -> tuple[Attachment, ...]:
    definition = canonical_json(copy.certificate.licence_type.definition)
    return (
        Attachment(name=CREDENTIAL_NAME, mime=CREDENTIAL_MIME, data=credential.encode("ascii")),
        Attachment(name=LICENCE_TYPE_NAME, mime=LICENCE_TYPE_MIME, data=definition),
        *(() if photo is None else (Attachment(name=PHOTO_NAME, mime=PHOTO_MIME, data=photo),)),
    )


def _overlay(copy: PurposeCopy, terms: CopyTerms, extra: tuple[Row, ...]) -> CopyOverlay:
    made, end = chinese_date(shanghai_date(copy.made_at)), _minute(copy.expires_at)
    return CopyOverlay(
        lines=(
            *_folded(f"仅供 {terms.recipient} 使用"),
            *_folded(f"用途：{terms.purpose}"),
            f"制作 {made}，有效至 {end}",
        ),
        number=copy.number,
        recipient=terms.recipient,
        purpose=terms.purpose,
        made=made,
        end=end,
        absent=NOT_SHOWN,
        extra=extra,
    )


def _folded(text: str) -> tuple[str, ...]:
    """Lines of about one length; a number and the character behind it (1203室) stay together."""
    length = ceil(len(text) / ceil(len(text) / _ACROSS))
    lines = [""]
    for part in _PARTS.findall(text):
        if lines[-1] and len(lines[-1]) + len(part) > length + _MORE:
            lines.append("")
        lines[-1] += part
        if len(lines[-1]) >= length:
            lines.append("")
    return tuple(line for line in lines if line)


def _rows(definition: LicenceTypeDefinition, shown: Mapping[str, Shown]) -> Iterator[Row]:
    for name in dict.fromkeys((*definition.layout.order, *(field.name for field in definition.fields))):
        field = definition.field(name)
        if name in shown and field.short_name not in _ELSEWHERE and field.kind is not FieldKind.PHOTO:
            yield Row(label=field.title_zh, values=copy_texts(field, shown[name]), wide=name in definition.layout.wide)
    for fact in definition.facts:
        if fact.name in shown:
            yield Row(label=fact.title_zh, values=(_YES,))


def _printed_items(definition: LicenceTypeDefinition, shown: Mapping[str, Shown]) -> Mapping[str, Item]:
    items = copy_items(definition, shown).items()
    return MappingProxyType({name: Item(label=definition.field(name).title_zh, values=texts) for name, texts in items})


def _items(shown: Shown) -> tuple[str, ...]:
    assert not isinstance(shown.value, bool)
    return (shown.value,) if isinstance(shown.value, str) else tuple(shown.value)


def _number(definition: LicenceTypeDefinition, shown: Mapping[str, Shown]) -> str | None:
    field = definition.by_short_name("ZZBH")
    return "/".join(_items(shown[field.name])) if field is not None and field.name in shown else None


def _number_label(definition: LicenceTypeDefinition) -> str:
    field = definition.by_short_name("ZZBH")
    return NUMBER_LABEL if field is None else field.title_zh


def _day(definition: LicenceTypeDefinition, shown: Mapping[str, Shown], short_name: str) -> date | None:
    field = definition.by_short_name(short_name)
    item = None if field is None else shown.get(field.name)
    whole = item is not None and item.grain is Grain.FULL
    return date.fromisoformat(str(item.value)) if item is not None and whole else None


def _validity(definition: LicenceTypeDefinition, shown: Mapping[str, Shown]) -> str:
    first, last = (_day(definition, shown, name) for name in ("ZZYXQQSRQ", "ZZYXQJZRQ"))
    until = f"至{chinese_date(last)}" if last is not None else ""
    return f"{chinese_date(first)}{until or '起'}" if first is not None else until


def _metadata(
    copy: PurposeCopy, definition: LicenceTypeDefinition, shown: Mapping[str, Shown], terms: CopyTerms
) -> Mapping[str, str]:
    stated = {field.short_name: _stated(field, shown[field.name]) for field in definition.fields if field.name in shown}
    return MappingProxyType(
        {
            **stated,
            "ZZMC": definition.title_zh,
            "ZZLXDM": definition.code,
            "JZJZZSJ": _second(copy.made_at),
            "JZJZZZ": terms.maker_name,
            "JZJZZSY": terms.purpose,
            "JZJYXQJZSJ": _second(copy.expires_at),
        }
    )


def _stated(field: FieldDefinition, shown: Shown) -> str:
    items = _items(shown)
    return SEPARATOR.join(items) if shown.grain is Grain.MASKED else stated_text(field, items)


def _second(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y%m%d%H%M%S")


def _minute(moment: datetime) -> str:
    day = moment.astimezone(SHANGHAI)
    return f"{chinese_date(day.date())} {day:%H:%M}"
