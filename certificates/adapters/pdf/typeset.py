"""The typesetter: it reads nothing but the layout folder and what it is handed, as strings."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

from certificates.adapters.pdf.fonts import font_folders
from certificates.core.errors import DocumentError

LAYOUT: Final = Path(__file__).parent / "layout"

# A Compiler keeps fonts and caches (125 MB), so a process has one; compile() must not be entered twice at a time.
_lock = Lock()


def typeset(source: bytes, inputs: Mapping[str, str], *, at: datetime) -> bytes:
    """This will give a tagged PDF/A-3a made at `at`. Raises DocumentError `pdf.layout`."""
    pdf: bytes = _compiled(source, inputs, format="pdf", pdf_standards="a-3a", timestamp=int(at.timestamp()))
    return pdf


def draw(source: bytes, inputs: Mapping[str, str], *, dots: float) -> tuple[bytes, ...]:
    """This will give the pages as PNG pictures of so many dots an inch. Raises DocumentError `pdf.layout`."""
    pages: bytes | list[bytes] = _compiled(source, inputs, format="png", ppi=dots)
    return (pages,) if isinstance(pages, bytes) else tuple(pages)


def _compiled(source: bytes, inputs: Mapping[str, str], **how: Any) -> Any:
    try:
        with _lock:
            return _compiler().compile(input=source, sys_inputs=inputs, **how)
    except typst.TypstError:
        raise DocumentError("pdf.layout", "the page could not be typeset") from None  # its message quotes the data


@lru_cache(maxsize=1)
def _compiler() -> Any:  # the library publishes no types
    return typst.Compiler(
        root=str(LAYOUT),
        font_paths=[str(folder) for folder in font_folders()],
        ignore_system_fonts=True,
        # No packages: none is kept here, and a template cannot name one that would be fetched (`check_template`).
        package_path=str(LAYOUT / "no-packages"),
        package_cache_path=str(LAYOUT / "no-packages"),
    )
