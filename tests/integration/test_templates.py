"""Every template prints what the data say, and a code that an independent reader takes from a picture of it."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from certificates.adapters.pdf.content import DocumentContent
from certificates.adapters.pdf.render import render
from certificates.core.layout_kinds import Paper
from certificates.core.licence_types import parse_licence_type
from certificates.core.printed_values import page_agrees
from demo.gallery.items import gallery_items
from demo.gallery.licences import sample_content, sample_licences, sample_types
from tests.photo_like import photo_of
from tests.unit.certificates.adapters.pdf.page_measures import faults

LICENCES = {licence["id"]: licence for licence in sample_licences()}
HARD = tuple(name for name, licence in LICENCES.items() if "title" in licence)
TYPES = sample_types()
FIRST = tuple({licence["type"]: name for name, licence in reversed(LICENCES.items())}.values())  # one of each type


@cache
def content(name: str) -> DocumentContent:
    """One sample, without the watermark of types with a made-up code, which stands across everything by intention."""
    return replace(sample_content(LICENCES[name], TYPES), sample=False)


@cache
def page(name: str) -> bytes:
    return render(content(name))


@cache
def pictures(name: str, dots_per_inch: int) -> tuple[Any, ...]:
    document = pypdfium2.PdfDocument(page(name))
    try:
        return tuple(one.render(scale=dots_per_inch / 72).to_pil() for one in document)
    finally:
        document.close()


@pytest.mark.parametrize("name", LICENCES)
def test_the_page_prints_every_value_and_says_nothing_else_of_a_person(name: str) -> None:
    definition = parse_licence_type(TYPES[LICENCES[name]["type"]].definition)
    document = pypdfium2.PdfDocument(page(name))
    try:
        text = "".join(one.get_textpage().get_text_range() for one in document)
    finally:
        document.close()
    assert page_agrees(text, definition=definition, values=LICENCES[name]["values"])
    printed = "".join(text.split())
    for mark in (content(name).identifier, content(name).agency_name, content(name).title_zh):
        assert "".join(mark.split()) in printed


def test_the_gallery_shows_every_item_and_nothing_that_is_gone() -> None:
    names = {item.name for item in gallery_items()}
    folder = Path(__file__).parents[2] / "docs" / "gallery"
    assert {path.stem for path in folder.glob("*.png")} == names
    assert set(re.findall(r"\(([a-z0-9-]+)\.png\)", (folder / "README.md").read_text("utf-8"))) == names


@pytest.mark.parametrize("name", HARD)
def test_hard_data_fit_the_pages_that_the_type_has(name: str) -> None:
    is_card = content(name).paper is Paper.CARD
    document = pypdfium2.PdfDocument(page(name))
    try:
        assert [fault for one in document for fault in faults(one, is_card=is_card)] == []
        assert len(document) == (2 if is_card else 1)
    finally:
        document.close()


@pytest.mark.parametrize("name", LICENCES)
def test_the_printed_code_reads_at_150_dots_an_inch(name: str) -> None:
    found = [code.text for one in pictures(name, 150) for code in zxingcpp.read_barcodes(one)]
    assert found == [content(name).seal_code]


@pytest.mark.parametrize("name", FIRST)
def test_the_printed_code_reads_from_a_skewed_noisy_photo(name: str) -> None:
    assert read_from_photo(name, seed=f"{name} 1") == [content(name).seal_code]


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(2, 12))
@pytest.mark.parametrize("name", FIRST)
def test_the_printed_code_reads_from_many_photos(name: str, seed: int) -> None:
    assert read_from_photo(name, seed=f"{name} {seed}") == [content(name).seal_code]


def read_from_photo(name: str, *, seed: str) -> list[str]:
    """A telephone fills its picture with the page: 180 dots an inch on A4, which is four million pixels, and more on a card."""
    dots = 270 if content(name).paper is Paper.CARD else 180
    photos = [photo_of(one, seed=seed) for one in pictures(name, dots)]
    return [code.text for photo in photos for code in zxingcpp.read_barcodes(photo)]
