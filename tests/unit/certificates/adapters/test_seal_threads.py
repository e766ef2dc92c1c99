"""The worker draws seals in several threads; the font library under it is not made for that."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from fontTools.ttLib import TTFont

from certificates.adapters.pdf import fonts, seal
from certificates.adapters.pdf.seal import seal_svg

ORDINARY_INTERVAL = sys.getswitchinterval()
NAMES = ("杭州市规划和自然资源局", "浙江省住房和城乡建设厅", "成都市公共资源交易服务中心", "锦江区行政审批局")


def drawn(name: str) -> str:
    return seal_svg(agency_name=name, number="3301000000001", text="电子印章")


def test_seals_drawn_at_once_are_the_seals_drawn_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = [drawn(name) for name in NAMES]
    sys.setswitchinterval(1e-6)  # threads change places in the middle of an outline
    try:
        for _ in range(3):
            seal._outline.cache_clear()
            with TTFont(fonts.serif_path(), lazy=True) as fresh, ThreadPoolExecutor(8) as pool:
                monkeypatch.setattr(fonts, "_open_serif_font", lambda font=fresh: font)
                assert list(pool.map(drawn, NAMES * 4)) == alone * 4
    finally:
        sys.setswitchinterval(ORDINARY_INTERVAL)
