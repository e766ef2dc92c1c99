"""A purpose copy looks like the licence that it was made of, whatever of it is shown, and its parts can be told from each other."""

import io
from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any
from unittest.mock import patch

import pypdfium2
import pytest
import zxingcpp
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.adapters.mark_reader import read_mark
from certificates.adapters.pdf.page_text import page_text
from certificates.adapters.pdf.seal_appearance import find_seal
from certificates.core.copy_page import NOT_SHOWN
from certificates.core.grains import Grain
from certificates.core.licence_types import LicenceTypeDefinition, parse_licence_type
from certificates.core.printed_values import printed_value
from certificates.models import LicenceType
from demo.gallery import copies
from demo.gallery.copies import sample_copy
from demo.gallery.copy_choices import COPY_CHOICES, CopyChoice
from demo.gallery.licences import sample_licences, sample_types
from tests.unit.certificates.adapters.pdf.mark_pictures import Harm, harmed, page_picture

LICENCES = {licence["id"]: licence for licence in sample_licences()}
TYPES = sample_types()
FIRST = tuple({licence["type"]: name for name, licence in reversed(LICENCES.items())}.values())  # one of each type
CARD, PORTRAIT, LANDSCAPE = "zhang_id_card", "zhang_constructor", "lakeside_business"
PURPOSE, RECIPIENT = (
    "城东污水处理厂扩建工程施工总承包招标投标资格审查材料存档",
    "湖州市城市建设投资集团有限公司城东片区建设指挥部",
)


def definition_of(name: str) -> LicenceTypeDefinition:
    return parse_licence_type(TYPES[LICENCES[name]["type"]].definition)


def choice(name: str, how: str) -> CopyChoice:
    """All of the licence, all that can be masked, or one public field and nothing else."""
    values = LICENCES[name]["values"]
    fields = [field for field in definition_of(name).fields if field.name in values]
    if how == "chosen":
        return COPY_CHOICES[name]
    full = {field.name for field in fields if Grain.FULL in field.grains}
    masked = {field.name for field in fields if Grain.MASKED in field.grains} if how == "masked" else set()
    if how == "least":
        full = {next(field.name for field in fields if field.short_name == "ZZBFJG")}
    return CopyChoice(
        full=tuple(full - masked), masked=tuple(masked), purpose=PURPOSE, recipient=RECIPIENT, caption_en=""
    )


@cache
def drawn(name: str, how: str) -> tuple[bytes, frozenset[str]]:
    """A copy's file, and the templates that it was drawn with: more than one where the first failed."""
    with patch.object(copies, "copy_document_content", wraps=copies.copy_document_content) as laid_out:
        pdf = sample_copy(LICENCES[name], TYPES, choice=choice(name, how))
    return pdf, frozenset(call.kwargs["template"] for call in laid_out.call_args_list)


def page(name: str, how: str) -> bytes:
    return drawn(name, how)[0]


def pages_in(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return ["".join(one.get_textpage().get_text_range().split()) for one in document]
    finally:
        document.close()


@pytest.mark.parametrize("how", ["full", "least"])
@pytest.mark.parametrize("name", FIRST)
def test_every_type_has_copies_on_its_own_page(name: str, how: str) -> None:
    pdf, templates = drawn(name, how)

    assert templates == {TYPES[LICENCES[name]["type"]].template} != {""}
    assert find_seal(PdfFileReader(io.BytesIO(pdf))) is not None  # what the signature shows


@pytest.mark.parametrize("name", FIRST)
def test_what_is_not_shown_stands_as_words_and_nowhere_as_a_value(name: str) -> None:
    text = "".join(page_text(page(name, "least")).split())

    assert NOT_SHOWN in text
    for field in definition_of(name).fields:
        value = LICENCES[name]["values"].get(field.name)
        if value is None or field.short_name in {"ZZBFJG", "CZZTDMLXDM"}:
            continue
        for one in (value,) if isinstance(value, str) else value:
            printed = "".join(printed_value(field, one).split())
            is_agency = printed == "".join(LICENCES[name]["values"]["issuing_authority"].split())  # which is shown
            assert len(printed) < 4 or is_agency or printed not in text, field.name
    assert "未加载" not in text  # a card says nothing of an account that is only withheld


@pytest.mark.parametrize("name", [CARD, PORTRAIT, LANDSCAPE, "constructor-long"])
def test_every_page_says_that_it_is_a_copy_which_what_for_and_until_when(name: str) -> None:
    for text in pages_in(page(name, "full")):
        for words in ("加注件·不是证照", "7Q4K-09ZT-MXB2", PURPOSE, RECIPIENT, "有效至2026年11月30日09:00"):
            assert words in text, words
    assert "与纸质证照具有同等法律效力" not in "".join(pages_in(page(name, "full")))


def test_a_card_is_copied_with_both_faces_on_one_sheet() -> None:
    document = pypdfium2.PdfDocument(page(CARD, "chosen"))
    try:
        (size,) = [document.get_page_size(index) for index in range(len(document))]
    finally:
        document.close()
    assert size == pytest.approx((595.28, 841.89), abs=0.1)


def test_what_the_own_page_has_no_place_for_stands_beside_it() -> None:
    assert "签发机关代码11330106MB9900136P" in pages_in(page(CARD, "full"))[0]
    assert "另证明已满18周岁" in pages_in(page(CARD, "chosen"))[0]
    assert "登记机关代码11330106MB990003X9" in pages_in(page(LANDSCAPE, "full"))[0]


@pytest.mark.parametrize(
    "broken",
    [
        '#values-of("remarks").at(0)',  # counts on a field that the copy does not have
        "#text(fill: white)[...] #if is-copy { panic(data.overlay.number) }",
    ],
)
def test_a_template_that_fails_on_a_copy_leaves_it_the_generic_page(broken: str) -> None:
    licence = LICENCES[PORTRAIT]
    whole: LicenceType = TYPES[licence["type"]]
    types: Mapping[str, Any] = {
        licence["type"]: LicenceType(
            code=whole.code,
            version=whole.version,
            definition=whole.definition,
            template=f'#import "/huzheng.typ": *\n#show: sheet\n{broken}\n',
        )
    }
    text = "".join(page_text(sample_copy(licence, types, choice=COPY_CHOICES[PORTRAIT])).split())
    assert licence["values"]["employer"] in text
    assert "加注件" in text


@pytest.mark.exhaustive  # those of the gallery are always read, from photos, too
@pytest.mark.parametrize("name", FIRST)
def test_a_copys_code_reads_at_150_dots_an_inch(name: str) -> None:
    found = [code.text[:4] for code in zxingcpp.read_barcodes(page_picture(page(name, "least"), dots_per_inch=150))]
    assert found == ["HZ1:"]


def halves(name: str, *, count: int, seed: int) -> tuple[int, int]:
    """How many of so many random halves were named rightly, and how many wrongly."""
    random, picture = Random(seed), page_picture(page(name, "full"), dots_per_inch=150)
    named = [read_mark(harmed(picture, Harm(), random)) for _ in range(count)]
    return named.count(copies.MARK), sum(one not in {copies.MARK, None} for one in named)


@pytest.mark.parametrize("name", [CARD, LANDSCAPE])
def test_half_a_copys_page_names_the_copy(name: str) -> None:
    assert halves(name, count=3, seed=11) == (3, 0)


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", FIRST)
def test_of_100_pictures_of_half_a_copys_page_99_name_it_and_none_another(name: str) -> None:
    right, wrong = halves(name, count=100, seed=41)
    print(f"{name}: {right} of 100 named, {wrong} wrong")
    assert right >= 99
    assert wrong == 0


def test_a_photo_is_printed_only_where_it_is_shown() -> None:
    def pictures(how: str) -> int:
        document = pypdfium2.PdfDocument(page(CARD, how))
        try:
            return len(list(document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])))
        finally:
            document.close()

    assert (pictures("chosen"), pictures("least")) == (1, 0)
