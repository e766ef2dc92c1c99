"""A reader who hears the page gets all of it: language, title, and a text for every picture that says something."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.adapters.pdf.content import DocumentContent
from certificates.adapters.pdf.render import render
from certificates.core.layout_kinds import Paper


def photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (300, 375), "#99aabb").save(target, "JPEG")
    return target.getvalue()


def elements(node: Any) -> Iterator[Any]:
    yield node
    kids = node.get("/K", ()) if hasattr(node, "get") else ()
    for kid in kids if isinstance(kids, list) else [kids]:
        element = kid.get_object() if hasattr(kid, "get_object") else kid
        if hasattr(element, "get"):
            yield from elements(element)


@pytest.mark.parametrize("paper", list(Paper))
def test_language_title_heading_and_pictures_are_told(content: DocumentContent, paper: Paper) -> None:
    reader = PdfFileReader(io.BytesIO(render(replace(content, paper=paper, photo=photo()))))
    tagged = list(elements(reader.root["/StructTreeRoot"]))
    told = {str(element["/Alt"]) for element in tagged if "/Alt" in element}
    assert str(reader.root["/Lang"]) == "zh-CN"
    assert bool(reader.root["/MarkInfo"]["/Marked"])
    assert str(reader.trailer["/Info"]["/Title"]) == content.title_zh
    assert any(element.get("/S") == "/H1" for element in tagged)
    assert told == {
        "印章：" + content.agency_name,
        "二维码：扫码查验证照真伪与状态 QR code: scan to check",
        "持证人照片 Photo of the holder",
    }
    pictures = [element for element in tagged if element.get("/S") == "/Figure"]
    assert len(pictures) == len(told)


def test_the_file_says_that_it_is_pdf_a_3a(content: DocumentContent) -> None:
    reader = PdfFileReader(io.BytesIO(render(content)))
    metadata = reader.root["/Metadata"].data
    assert b"<pdfaid:part>3</pdfaid:part>" in metadata
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert content.title_zh.encode() in metadata
