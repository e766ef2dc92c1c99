"""The worker draws seals in several threads; the font library under it is not made for that."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from fontTools.ttLib import TTFont

from certificates.adapters.pdf import fonts, seal

ORDINARY_INTERVAL = sys.getswitchinterval()
CHARACTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 400)]


def test_outlines_drawn_at_once_are_the_outlines_drawn_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    seal._outline.cache_clear()
    alone = [seal._outline(character) for character in CHARACTERS]
    sys.setswitchinterval(1e-6)  # threads change places in the middle of an outline
    try:
        seal._outline.cache_clear()
        # A font just opened: what two threads read for the first time at once is what breaks.
        with TTFont(fonts.serif_path(), lazy=True) as fresh, ThreadPoolExecutor(8) as pool:
            monkeypatch.setattr(fonts, "_open_serif_font", lambda: fresh)
            assert list(pool.map(seal._outline, CHARACTERS)) == alone
    finally:
        sys.setswitchinterval(ORDINARY_INTERVAL)
