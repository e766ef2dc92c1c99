"""An agency's own seal, as it may be printed."""

from accounts.adapters.seal_raster import MAX_PNG_BYTES, seal_raster
from accounts.core.seal_outlines import MAX_SVG_BYTES, seal_outlines

MAX_SEAL_BYTES = max(MAX_PNG_BYTES, MAX_SVG_BYTES)  # of a file worth reading at all

_PNG = b"\x89PNG\r\n\x1a\n"


def read_seal_picture(*, data: bytes) -> bytes:
    """This will give a seal's picture (SVG of shapes only, or PNG) written anew from what was understood; it stores nothing.

    Raises RecordError `agency.seal_size|seal_format|seal_content|seal_opaque`.
    """
    return seal_raster(data) if data.startswith(_PNG) else seal_outlines(data)
