"""QR images of codes: as SVG for documents and pages, as PNG for downloads."""

import io
from functools import lru_cache

import segno

_LONG_TEXT = 200
_MASK_OF_LONG_TEXTS = 3
QUIET_ZONE_MODULES = 4  # ISO/IEC 18004: four modules of light around the symbol


@lru_cache(maxsize=64)
def _symbol(text: str) -> segno.QRCode:
    """Level M corrects 15 % damage; segno picks alphanumeric mode by itself for base45 and upper-case links.

    Comparing the eight masks takes 20 ms of a long code's 25. Long codes are compressed and signed, hence as good as
    random, and look alike under every mask: they get a fixed one. Codes repeat (page and document of one licence):
    hence the small cache.
    """
    mask = _MASK_OF_LONG_TEXTS if len(text) > _LONG_TEXT else None
    return segno.make_qr(text, error="m", boost_error=False, mask=mask)


def qr_svg(*, text: str) -> str:
    """This will draw `text` as a QR symbol (level M) in an SVG whose viewBox counts modules, quiet zone included."""
    target = io.BytesIO()
    _symbol(text).save(
        target, kind="svg", border=QUIET_ZONE_MODULES, xmldecl=False, omitsize=True, light="#ffffff", nl=False
    )
    return target.getvalue().decode("utf-8")


def qr_png(*, text: str, scale: int = 6) -> bytes:
    """This will draw `text` as a QR symbol (level M) in a PNG of `scale` pixels per module, quiet zone included."""
    target = io.BytesIO()
    _symbol(text).save(target, kind="png", border=QUIET_ZONE_MODULES, scale=scale)
    return target.getvalue()


def modules_across(*, text: str) -> int:
    """This will count the symbol's modules per side without the quiet zone, to size the print."""
    return int(_symbol(text).symbol_size(border=0)[0])
