"""A leaked copy is named from a picture of a part of it, and nothing is ever named that is not in the picture."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from random import Random

import numpy as np
import pytest
from PIL import Image

from certificates.adapters.mark_reader import read_mark
from certificates.adapters.pdf.content import CopyOverlay, DocumentContent, Row
from certificates.adapters.pdf.render import render
from certificates.core.copy_mark import MARK_BITS
from certificates.core.errors import PictureError
from certificates.core.layout_kinds import FrameStyle, Paper, Theme
from tests.unit.certificates.adapters.pdf.mark_pictures import (
    Harm,
    as_jpeg,
    as_png,
    harmed,
    page_picture,
    photocopy,
    printed,
)

ACROSS = CopyOverlay(
    lines=("仅供 云溪市公共资源交易中心 使用", "用途：投标资格审查", "制作 2026年11月23日，有效至 2026年12月23日"),
    number="CP261123000188",
    recipient="云溪市公共资源交易中心",
    purpose="投标资格审查",
    made="2026年11月23日",
    end="2026年12月23日",
    absent="未出示",
)
LOOKS = {
    "gold landscape": (Paper.A4_LANDSCAPE, Theme.GOLD, FrameStyle.WOVEN),
    "blue portrait": (Paper.A4_PORTRAIT, Theme.BLUE, FrameStyle.LATTICE),
    "red portrait": (Paper.A4_PORTRAIT, Theme.RED, FrameStyle.RULE),
    "green landscape": (Paper.A4_LANDSCAPE, Theme.GREEN, FrameStyle.LATTICE),
    "violet landscape": (Paper.A4_LANDSCAPE, Theme.VIOLET, FrameStyle.NONE),
}
Draw = Callable[..., Image.Image]


@pytest.fixture(scope="module")
def draw(content: DocumentContent) -> Draw:
    rows = tuple(Row(label=f"项目{index}", values=("热食类食品制售、冷食类食品制售",)) for index in range(6))

    @cache
    def drawn(look: str, number: int | None, dots_per_inch: int = 150) -> Image.Image:
        paper, theme, frame = LOOKS[look]
        marked = replace(content, rows=content.rows + rows, overlay=ACROSS, mark=number)
        pdf = render(replace(marked, paper=paper, theme=theme, frame=frame))
        return page_picture(pdf, dots_per_inch=dots_per_inch)

    return drawn


def trials(draw: Draw, *, look: str, harm: Harm, count: int, seed: int, dots_per_inch: int = 150) -> tuple[int, int]:
    """How many of so many random pictures were named rightly, and how many wrongly."""
    random = Random(seed)
    numbers = [random.getrandbits(MARK_BITS) for _ in range(4)]
    right = wrong = 0
    for index in range(count):
        number = numbers[index % len(numbers)]
        named = read_mark(harmed(draw(look, number, dots_per_inch), harm, random))
        right += named == number
        wrong += named not in {number, None}
    return right, wrong


@pytest.mark.parametrize("look", ["gold landscape", "blue portrait"])
def test_half_a_page_at_150_dots_per_inch_names_the_copy(draw: Draw, look: str) -> None:
    assert trials(draw, look=look, harm=Harm(), count=4, seed=11) == (4, 0)


def test_half_a_page_seen_a_little_from_one_side_names_the_copy(draw: Draw) -> None:
    half = draw("gold landscape", 4711, 200).crop((0, 0, 1400, 1240))
    corners = (30, 0, 0, 1240, 1400, 1215, 1360, 25)
    slanted = half.transform(half.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    assert read_mark(as_jpeg(slanted, quality=70)) == 4711


def test_a_clean_screenshot_of_a_quarter_of_the_page_names_the_copy(draw: Draw) -> None:
    harm = Harm(share=0.25, turn_degrees=0, blur_pixels=0, noise_levels=0, quality=(95, 95))
    assert trials(draw, look="gold landscape", harm=harm, count=2, seed=12, dots_per_inch=100) == (2, 0)


def test_half_a_page_at_any_scale_names_the_copy(draw: Draw) -> None:
    harm = Harm(scale=(0.5, 1.5))
    assert trials(draw, look="gold landscape", harm=harm, count=2, seed=13) == (2, 0)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_picture_on_its_side_or_head_names_the_copy(draw: Draw, quarters: int) -> None:
    picture = draw("gold landscape", 815).crop((300, 200, 1300, 900)).rotate(90 * quarters, expand=True)
    assert read_mark(as_png(picture)) == 815


def test_a_black_and_white_photocopy_of_half_the_page_names_the_copy(draw: Draw) -> None:
    half = draw("blue portrait", 77, 200).crop((0, 0, 1653, 1170))
    assert read_mark(as_png(photocopy(half, Random(5), threshold=190))) == 77


def test_a_pdf_is_read_like_a_picture(content: DocumentContent) -> None:
    assert read_mark(render(replace(content, mark=2611))) == 2611


def test_an_unmarked_page_names_nothing(draw: Draw) -> None:
    random = Random(21)
    page = draw("gold landscape", None)
    assert read_mark(as_png(page)) is None
    assert read_mark(harmed(page, Harm(), random)) is None


@pytest.mark.parametrize("kind", ["noise", "blank", "clouds", "dots"])
def test_what_is_no_page_names_nothing(kind: str) -> None:
    random = np.random.default_rng(31)
    steps = np.arange(900)
    values = {
        "noise": random.normal(128, 60, (900, 900)),
        "blank": np.full((900, 900), 255.0),
        "clouds": 128 + random.normal(0, 1, (900, 900)).cumsum(0).cumsum(1) / 40,
        "dots": 255.0 - 90 * ((steps[:, None] % 12 < 2) & (steps[None, :] % 12 < 2)),
    }[kind]
    assert read_mark(as_png(Image.fromarray(values.clip(0, 255).astype(np.uint8)))) is None


def test_two_marked_pages_glued_together_are_refused_and_no_third_is_named(draw: Draw) -> None:
    left, right = draw("gold landscape", 111), draw("gold landscape", 222)
    for x in (0, 331):
        glued = left.copy()
        glued.paste(right.crop((x, 0, x + 877, right.height)), (877, 0))
        with pytest.raises(PictureError) as refused:
            read_mark(as_png(glued))
        assert refused.value.code == "image.several_marks"


def test_the_background_of_a_copy_leaves_the_code_readable(draw: Draw) -> None:
    import zxingcpp

    assert [code.text[:4] for code in zxingcpp.read_barcodes(draw("gold landscape", 5))] == ["HZ1:"]


@pytest.mark.exhaustive
@pytest.mark.parametrize("look", sorted(LOOKS))
def test_of_100_pictures_of_half_a_page_99_name_the_copy_and_none_another(draw: Draw, look: str) -> None:
    right, wrong = trials(draw, look=look, harm=Harm(), count=100, seed=41)
    print(f"{look}: {right} of 100 named, {wrong} wrong")
    assert right >= 99
    assert wrong == 0


@pytest.mark.exhaustive
def test_of_100_harder_pictures_most_name_the_copy_and_none_another(draw: Draw) -> None:
    harm = Harm(share=0.25, scale=(0.5, 1.5), turn_degrees=5, blur_pixels=1.2, quality=(50, 60))
    right, wrong = trials(draw, look="blue portrait", harm=harm, count=100, seed=42)
    print(f"a quarter of the page, harder: {right} of 100 named, {wrong} wrong")
    assert right >= 90
    assert wrong == 0


@pytest.mark.exhaustive
@pytest.mark.parametrize("dots", [4, 6])
@pytest.mark.parametrize("look", sorted(LOOKS))
def test_a_page_printed_in_dots_of_three_inks_and_scanned_names_the_copy(draw: Draw, look: str, dots: int) -> None:
    page = draw(look, 1234, 600)
    sheet = printed(page.crop((0, 0, page.width, page.height // 2)), dots=dots)
    for scan in (150, 300):
        size = (sheet.width * scan // 600, sheet.height * scan // 600)
        assert read_mark(as_jpeg(sheet.resize(size, Image.Resampling.BOX), quality=75)) == 1234


@pytest.mark.exhaustive
def test_of_100_pictures_of_unmarked_pages_none_names_anything(draw: Draw) -> None:
    random = Random(43)
    for index in range(100):
        page = draw(sorted(LOOKS)[index % len(LOOKS)], None)
        assert read_mark(harmed(page, Harm(scale=(0.5, 1.5)), random)) is None


def test_jpeg_and_png_of_one_picture_say_the_same(draw: Draw) -> None:
    part = draw("gold landscape", 909).crop((0, 0, 1000, 700))
    assert read_mark(as_jpeg(part)) == read_mark(as_png(part)) == 909
