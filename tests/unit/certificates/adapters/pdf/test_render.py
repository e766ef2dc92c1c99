"""The printed page says what the data say, and carries what it should."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from certificates.adapters.pdf.content import CREDENTIAL_NAME, SEAL_CODE_NAME, DocumentContent, Row
from certificates.adapters.pdf.metadata import METADATA_NAME, parse_metadata
from certificates.adapters.pdf.render import render
from certificates.core.errors import DocumentError


def squeezed(text: str) -> str:
    """Labels are letter-spaced and lines wrap: blanks carry no meaning in a comparison."""
    return "".join(text.split())


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return squeezed("".join(page.get_textpage().get_text_range() for page in document))
    finally:
        document.close()


def picture_of(pdf: bytes, *, dots_per_inch: int) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[0].render(scale=dots_per_inch / 72).to_pil()
    finally:
        document.close()


def pages_of(pdf: bytes) -> int:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def test_every_text_of_the_data_can_be_read_from_the_page(page: bytes, content: DocumentContent) -> None:
    printed = text_of(page)
    upper = {content.title_en: content.title_en.upper()}
    for text in content.texts():
        if text != content.agency_code:  # engraved in the seal as outlines
            assert squeezed(upper.get(text, text)) in printed
    assert "2026年11月23日" in printed


def test_markup_in_a_value_is_printed_letter_by_letter(page: bytes) -> None:
    assert squeezed('#evil() $x$ *粗* _斜_ <b> \\ " ${a} = @q `c`') in text_of(page)


def test_the_printed_code_reads_at_150_dots_per_inch(page: bytes, content: DocumentContent) -> None:
    found = zxingcpp.read_barcodes(picture_of(page, dots_per_inch=150))
    assert [code.text for code in found] == [content.seal_code]


def test_the_printed_code_is_at_least_35_millimetres_wide(page: bytes) -> None:
    (found,) = zxingcpp.read_barcodes(picture_of(page, dots_per_inch=150))
    pixels = found.position.top_right.x - found.position.top_left.x
    assert pixels / 150 * 25.4 >= 35


def test_the_files_come_back_as_they_were_given(page: bytes, content: DocumentContent) -> None:
    document = pypdfium2.PdfDocument(page)
    try:
        files = {
            attachment.get_name().removeprefix("/"): bytes(attachment.get_data())
            for attachment in (document.get_attachment(i) for i in range(document.count_attachments()))
        }
    finally:
        document.close()
    assert files[CREDENTIAL_NAME] == content.attachments[0].data
    assert files[SEAL_CODE_NAME] == content.seal_code.encode()
    assert parse_metadata(files[METADATA_NAME]) == content.metadata


def test_the_page_is_tagged_pdf_a_3a_in_chinese(page: bytes) -> None:
    assert b"/Lang(zh-CN)" in page.replace(b" ", b"")
    assert b"/MarkInfo" in page
    assert b"<pdfaid:part>3</pdfaid:part>" in page
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in page
    assert b"/AFRelationship" in page.replace(b"/AFRelationship /", b"/AFRelationship/")


def test_the_same_content_gives_the_same_bytes(page: bytes, content: DocumentContent) -> None:
    assert render(content) == page


def test_another_identifier_gives_another_background(content: DocumentContent) -> None:
    other = replace(content, identifier=content.identifier.replace("009", "010"), rows=())
    same = replace(content, rows=())
    corner = (900, 300, 1000, 900)  # between the rows and the code
    assert picture_of(render(other), dots_per_inch=150).crop(corner) != picture_of(
        render(same), dots_per_inch=150
    ).crop(corner)


@pytest.mark.parametrize("count", [0, 1, 10, 24, 60])
def test_few_and_many_rows_are_all_printed(content: DocumentContent, count: int) -> None:
    rows = tuple(Row(label=f"第{n}项", values=(f"内容{n}号",)) for n in range(count))
    pdf = render(replace(content, rows=rows))
    printed = text_of(pdf)
    assert all(f"内容{n}号" in printed for n in range(count))
    assert pages_of(pdf) == (1 if count <= 24 else 2)


def test_a_value_longer_than_a_page_flows_on_and_loses_nothing(content: DocumentContent) -> None:
    items = "；".join(f"第{n}类食品销售" for n in range(220))
    pdf = render(replace(content, rows=(Row(label="经营项目", values=(items,)),)))
    foot_and_head = "电子证照标识.*?查验结果为准。|" + content.title_zh + content.number + "（续页）"
    body = re.sub(foot_and_head, "", text_of(pdf))
    assert squeezed(items) in body
    assert pages_of(pdf) > 1


def test_a_long_word_without_blanks_stays_inside_the_panel(content: DocumentContent) -> None:
    pdf = render(replace(content, rows=(Row(label="网址", values=("HTTPS://" + "A" * 200,)),)))
    ink = picture_of(pdf, dots_per_inch=72).convert("L").point(lambda level: 255 if level < 60 else 0)
    gap = ink.crop((560, 150, 600, 500))  # the white channel between the rows and the code
    assert gap.getbbox() is None
    assert "HTTPS://" + "A" * 200 in text_of(pdf)


@pytest.mark.parametrize("count", [2, 6, 14, 24, 32])
def test_a_seal_takes_short_and_long_names(content: DocumentContent, count: int) -> None:
    assert pages_of(render(replace(content, agency_name="云溪市行政审批局"[:2] + "局" * (count - 2)))) == 1


@pytest.mark.parametrize("name", ["", "局", "局" * 33])
def test_refuses_a_seal_name_that_no_seal_can_hold(content: DocumentContent, name: str) -> None:
    with pytest.raises(DocumentError) as refusal:
        render(replace(content, agency_name=name))
    assert refusal.value.code == "pdf.seal_name"


def test_refuses_a_text_that_the_fonts_cannot_draw(content: DocumentContent) -> None:
    with pytest.raises(DocumentError) as refusal:
        render(replace(content, rows=(Row(label="姓名", values=("张\ue000",)),)))
    assert refusal.value.code == "pdf.glyphs_missing"
    assert "张" not in str(refusal.value)


def test_a_sample_says_so(content: DocumentContent) -> None:
    printed = text_of(render(replace(content, sample=True)))
    assert "样例SAMPLE" in printed
    assert "具有同等法律效力" not in printed


def test_threads_share_the_typesetter_without_mixing_pages(content: DocumentContent) -> None:
    wanted = [replace(content, number=f"浙{n}", rows=()) for n in range(8)]
    with ThreadPoolExecutor(max_workers=4) as pool:
        pages = list(pool.map(render, wanted))
    for item, pdf in zip(wanted, pages, strict=True):
        assert item.number in text_of(pdf)


def test_a_credit_code_fits_where_a_seal_number_is_missing(content: DocumentContent) -> None:
    assert pages_of(render(replace(content, agency_code="11330105002500287C"))) == 1
