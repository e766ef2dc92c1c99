"""The page of a look-up's receipt: unlike a licence it has no template of a type, and nobody's seal."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from certificates.adapters.pdf.content import Attachment
from certificates.adapters.pdf.glyphs import missing_glyphs
from certificates.adapters.pdf.render import carried_inputs
from certificates.adapters.pdf.typeset import LAYOUT, typeset
from certificates.core.errors import DocumentError
from certificates.core.qr_image import qr_svg


def render_receipt(
    *, page: Mapping[str, Any], code: str, carried: Sequence[Attachment], texts: Sequence[str], at: datetime
) -> bytes:
    """This will typeset an unsigned, tagged PDF/A-3a from the page's plain JSON; `code` is the text of its QR code.

    `texts` are those that people wrote. Raises DocumentError `pdf.glyphs_missing|layout`.
    """
    if missing_glyphs(texts):
        raise DocumentError("pdf.glyphs_missing", "a text has characters that the document's fonts cannot draw")
    inputs = {
        "data": json.dumps(dict(page), ensure_ascii=False),
        "carried": carried_inputs(carried),
        "qr": qr_svg(text=code),
    }
    return typeset((LAYOUT / "receipt.typ").read_bytes(), inputs=inputs, at=at)
