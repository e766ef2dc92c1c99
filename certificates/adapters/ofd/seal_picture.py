"""The picture in an electronic seal: the agency's round seal as PNG with a clear ground, for readers that draw no vectors there."""

import io
from typing import Final

import typst
from PIL import Image

from certificates.core.errors import DocumentError

_SOURCE: Final = (
    b"#set page(width: 44mm, height: 44mm, margin: 0pt, fill: none)\n"
    b'#image(bytes(sys.inputs.seal), format: "svg", width: 44mm, height: 44mm)'
)
_DOTS_PER_INCH: Final = 240.0  # 416 pixels across, as printed seals need
_SHADES: Final = 48  # one red, from clear to full: 15 KiB instead of 50


def seal_png(svg: str) -> bytes:
    """This will draw a seal of 44 mm from its outlines; the same outlines give the same bytes. Raises DocumentError `ofd.layout`."""
    try:
        png: bytes = typst.compile(
            _SOURCE, format="png", ppi=_DOTS_PER_INCH, sys_inputs={"seal": svg}, ignore_system_fonts=True
        )
    except typst.TypstError as error:
        raise DocumentError("ofd.layout", "the agency's seal could not be drawn") from error
    output = io.BytesIO()
    with Image.open(io.BytesIO(png)) as drawn:
        shades = drawn.convert("RGBA").quantize(_SHADES, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        shades.save(output, format="PNG", optimize=True)
    return output.getvalue()
