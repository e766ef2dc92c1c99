"""A raster picture as an SVG around its own bytes: the typesetter takes text only."""

import base64
import io

from PIL import Image

from certificates.core.errors import DocumentError

_MIMES = {"JPEG": "image/jpeg", "PNG": "image/png"}


def picture_svg(data: bytes) -> str:
    """This will wrap a JPEG or PNG, in pixels, and give an SVG back as it is; raises DocumentError `pdf.picture`."""
    if data.startswith(b"<svg"):
        return data.decode("utf-8")
    try:
        with Image.open(io.BytesIO(data), formats=tuple(_MIMES)) as picture:
            (width, height), kind = picture.size, picture.format or ""
    except (OSError, Image.DecompressionBombError) as error:
        raise DocumentError("pdf.picture", "a picture on the page is neither JPEG nor PNG") from error
    address = f"data:{_MIMES[kind]};base64,{base64.b64encode(data).decode('ascii')}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" xlink:href="{address}"/></svg>'
    )
