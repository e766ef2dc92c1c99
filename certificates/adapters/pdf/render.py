"""From content to a PDF/A-3a page: the layout gets strings only, so nothing a user wrote is ever read as markup."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Any

from certificates.adapters.pdf.content import (
    CREDENTIAL_NAME,
    LICENCE_TYPE_NAME,
    OPENINGS_NAME,
    RECEIPT_NAME,
    SEAL_CODE_NAME,
    Attachment,
    DocumentContent,
)
from certificates.adapters.pdf.copy_mark_svg import mark_svg
from certificates.adapters.pdf.glyphs import missing_glyphs
from certificates.adapters.pdf.guilloche import SIZES, frame_svg, lines_svg, rosette_svg
from certificates.adapters.pdf.metadata import METADATA_MIME, METADATA_NAME, metadata_xml
from certificates.adapters.pdf.pictures import picture_svg
from certificates.adapters.pdf.seal import seal_svg
from certificates.adapters.pdf.themes import COLOURS
from certificates.adapters.pdf.typeset import LAYOUT, draw, typeset
from certificates.core.errors import DocumentError
from certificates.core.layout_kinds import FrameStyle, Paper, check_template
from certificates.core.photos import PHOTO_NAME
from certificates.core.qr_image import qr_svg

_BEIJING = timezone(timedelta(hours=8))
_STATEMENT = "本证照由签发机关数字签名，与纸质证照具有同等法律效力；真伪与状态以在线查验结果为准。"
_SAMPLE_STATEMENT = "样例，仅供演示，不具法律效力。Sample for demonstration only, without legal effect."
_COPY_STATEMENT = (
    "本件为加注件，不是证照。仅供{recipient}用于{purpose}，有效至{end}，逾期作废；真伪与状态以扫码查验结果为准。"
)
_DESCRIPTIONS = {
    METADATA_NAME: "证照元数据",
    SEAL_CODE_NAME: "二维码内容",
    CREDENTIAL_NAME: "证照凭据",
    LICENCE_TYPE_NAME: "证照类型",
    PHOTO_NAME: "持证人照片",
    RECEIPT_NAME: "用证回执",
    OPENINGS_NAME: "各项内容及随机数",
}

_DOTS, _DOTS_OF_CARDS = 110.0, 300.0


@lru_cache(maxsize=256)
def _source(template: str) -> bytes:
    if not template:
        return (LAYOUT / "generic.typ").read_bytes()
    check_template(template)
    return template.encode("utf-8")


def _file(attachment: Attachment) -> dict[str, Any]:
    """The layout language has no base64: text goes as text, anything else as a list of byte values."""
    try:
        data: str | list[int] = attachment.data.decode("utf-8")
    except UnicodeDecodeError:
        data = list(attachment.data)
    description = _DESCRIPTIONS.get(attachment.name, "附件")
    return {"name": attachment.name, "mime": attachment.mime, "data": data, "description": description}


def carried_inputs(carried: Sequence[Attachment]) -> str:
    """This will give the files that a document carries as the layouts read them (JSON)."""
    return json.dumps([_file(attachment) for attachment in carried], ensure_ascii=False)


def _page_data(content: DocumentContent) -> dict[str, Any]:
    issued = content.issue_date
    return {
        "title_zh": content.title_zh,
        "title_en": content.title_en,
        "subtitle": content.subtitle,
        "number_label": content.number_label,
        "number": content.number,
        "rows": [asdict(row) for row in content.rows],
        "items": {name: asdict(item) for name, item in content.items.items()},
        "validity": content.validity,
        "identifier": content.identifier,
        "agency_name": content.agency_name,
        "issued": f"{content.date_lead}{issued.year} 年 {issued.month} 月 {issued.day} 日",
        "notes": list(content.notes),
        "statement": _statement(content),
        "sample": content.sample,
        "sample_text": content.sample_words,
        "paper": content.paper.value,
        "colours": {
            name: getattr(COLOURS[content.theme], name)
            for name in ("line", "deep", "pale", "ground", "title", "accent")
        },
        "overlay": asdict(content.overlay) if content.overlay else None,
    }


def _statement(content: DocumentContent) -> str:
    if content.overlay is None:
        return _SAMPLE_STATEMENT if content.sample else _STATEMENT
    own = _COPY_STATEMENT.format(
        recipient=content.overlay.recipient, purpose=content.overlay.purpose, end=content.overlay.end
    )
    return f"{_SAMPLE_STATEMENT} {own}" if content.sample else own


def _inputs(content: DocumentContent, seal: str | None) -> Mapping[str, str]:
    """Everything the page is made of, as strings: the values, the pictures as SVG, and the files it carries."""
    carried = (
        *content.attachments,
        Attachment(name=METADATA_NAME, mime=METADATA_MIME, data=metadata_xml(content.metadata)),
        Attachment(name=SEAL_CODE_NAME, mime="text/plain", data=content.seal_code.encode("utf-8")),
    )
    inputs = {
        "data": json.dumps(_page_data(content), ensure_ascii=False),
        "carried": carried_inputs(carried),
        "frame": frame_svg(paper=content.sheet, style=_frame(content), theme=content.theme),
        "lines": lines_svg(
            identifier=content.identifier, paper=content.paper, style=content.frame, theme=content.theme
        ),
        "rosette": rosette_svg(identifier=content.identifier, theme=content.theme),
        "qr": qr_svg(text=content.seal_code),
        "seal": seal_of(content) if seal is None else seal,
    }
    if content.mark is not None:
        width, height = SIZES[content.sheet]
        colour = COLOURS[content.theme].deep
        inputs["mark"] = mark_svg(number=content.mark, width_mm=width, height_mm=height, colour=colour)
    if content.photo is not None:
        inputs["photo"] = picture_svg(content.photo)
    return inputs


def _frame(content: DocumentContent) -> FrameStyle:
    """A sheet with the faces of a card on it has fine lines around it, whatever the card has."""
    return content.frame if content.sheet is content.paper else FrameStyle.RULE


def seal_of(content: DocumentContent) -> str:
    """This will give the agency's seal as the page prints it (SVG). Raises DocumentError `pdf.seal_name|glyphs_missing`."""
    if content.seal_image is not None and not content.sample:
        return picture_svg(content.seal_image)
    return seal_svg(
        agency_name=content.agency_name,
        number=content.agency_code,
        text="样例" if content.sample else "电子证照专用章",
    )


def render(content: DocumentContent, *, at: datetime | None = None, seal: str | None = None) -> bytes:
    """This will typeset one licence as an unsigned, tagged PDF/A-3a (zh-CN, on the content's paper) that carries its
    credential, metadata and seal code as files.

    `at` is the document's creation time; by default the issue date's midnight in Beijing, so that the same content
    gives the same bytes. `seal` (SVG) stands in the seal's place. Raises DocumentError (`pdf.glyphs_missing`, `pdf.seal_name`,
    `pdf.layout`) and LicenceTypeError `licence_type.template`.
    """
    moment = at or datetime.combine(content.issue_date, time(), tzinfo=_BEIJING)
    return typeset(*_page(content, seal=seal), at=moment)


def render_pictures(content: DocumentContent) -> tuple[bytes, ...]:
    """This will typeset the same pages as PNG pictures of 110 dots an inch (300 for a card); raises as `render`."""
    dots = _DOTS_OF_CARDS if content.paper is Paper.CARD else _DOTS
    return draw(*_page(content), dots=dots)


def _page(content: DocumentContent, *, seal: str | None = None) -> tuple[bytes, Mapping[str, str]]:
    if missing_glyphs(content.texts()):
        raise DocumentError("pdf.glyphs_missing", "a text has characters that the document's fonts cannot draw")
    return _source(content.template), _inputs(content, seal)
