"""Border and ground of every look, and the part of the ornament that belongs to one licence alone."""

from itertools import product
from xml.etree import ElementTree as ET

import pytest

from certificates.adapters.pdf.guilloche import SIZES, frame_svg, lines_svg, rosette_svg
from certificates.core.layout_kinds import FrameStyle, Paper, Theme

LOOKS = list(product(Paper, FrameStyle, Theme))


@pytest.mark.parametrize(("paper", "style", "theme"), LOOKS)
def test_every_look_is_drawn_on_the_whole_paper(paper: Paper, style: FrameStyle, theme: Theme) -> None:
    frame = ET.fromstring(frame_svg(paper=paper, style=style, theme=theme))
    width, height = SIZES[paper]
    assert frame.get("viewBox") == f"0 0 {width:g} {height:g}"
    assert "nan" not in ET.tostring(frame, "unicode")


def test_looks_differ() -> None:
    papers = {
        frame_svg(paper=paper, style=style, theme=theme) for paper, style, theme in LOOKS if paper is not Paper.CARD
    }
    assert len(papers) == 2 * len(FrameStyle) * len(Theme)


@pytest.mark.parametrize("theme", list(Theme))
def test_two_licences_share_neither_rosette_nor_lines(theme: Theme) -> None:
    names = [f"1.2.156.3005.2.{number}" for number in range(40)]
    assert len({rosette_svg(identifier=name, theme=theme) for name in names}) == len(names)
    looks = {lines_svg(identifier=name, paper=Paper.A4_PORTRAIT, style=FrameStyle.WOVEN, theme=theme) for name in names}
    assert len(looks) == len(names)


def test_the_same_licence_has_the_same_ornament_in_every_process() -> None:
    rosette = rosette_svg(identifier="1.2.156.3005.2.1", theme=Theme.GOLD)
    rosette_svg.cache_clear()
    assert rosette_svg(identifier="1.2.156.3005.2.1", theme=Theme.GOLD) == rosette


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("style", list(FrameStyle))
def test_fine_lines_stay_inside_the_panel(paper: Paper, style: FrameStyle) -> None:
    width, height = SIZES[paper]
    drawn = ET.fromstring(lines_svg(identifier="1.2.156", paper=paper, style=style, theme=Theme.RED))
    data = drawn[0].get("d", "").replace("M", " ").replace("C", " ").split()
    across, down = [int(n) / 100 for n in data[::2]], [int(n) / 100 for n in data[1::2]]
    inset = 19 if style in {FrameStyle.WOVEN, FrameStyle.LATTICE} and paper is not Paper.CARD else 0.8
    assert min(across) >= inset - 0.1
    assert max(across) <= width - inset + 0.1
    assert min(down) >= inset - 1
    assert max(down) <= height - inset + 2.1
