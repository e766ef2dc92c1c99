"""The only fonts a document may use: files of two pip packages (OFL-1.1), so that every node prints the same page."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import RLock

from fontTools.ttLib import TTFont

SERIF = "Noto Serif SC"
SANS = "Noto Sans CJK SC"


def _package_folder(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the font package {name} is not installed: pip install -r requirements.txt")
    return Path(spec.origin).parent


@cache
def font_folders() -> tuple[Path, ...]:
    """This will name the folders handed to the typesetter; system fonts are ignored."""
    return (_package_folder("pylopdf_fonts_zh_cn"), _package_folder("manimgx_fonts_cjk"))


def serif_path() -> Path:
    """This will locate Noto Serif SC Regular, the face of titles and values."""
    return font_folders()[0] / "NotoSerifSC-Regular.otf"


def sans_collection_path() -> Path:
    """This will locate Noto Sans CJK (variable), the face of captions and the fallback for values."""
    return font_folders()[1] / "NotoSansCJK-VF.otf.ttc"


_LOCK = RLock()


@contextmanager
def serif_font() -> Iterator[TTFont]:
    """This will lend the serif face for outlines and coverage to one thread at a time.

    The library reads tables on first use, from one file position and interpreter state: two threads in it at once get broken outlines.
    """
    with _LOCK:
        yield _open_serif_font()


@cache
def _open_serif_font() -> TTFont:
    return TTFont(serif_path(), lazy=True)


@cache
def covered_code_points() -> frozenset[int]:
    """This will collect the code points that the serif face or its sans fallback can draw."""
    with TTFont(sans_collection_path(), fontNumber=0, lazy=True) as sans:
        fallback = frozenset(sans.getBestCmap())
    with serif_font() as serif:
        return frozenset(serif.getBestCmap()) | fallback
