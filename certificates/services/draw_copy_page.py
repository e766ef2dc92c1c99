"""A purpose copy's page: the type's own, with what that has no place for beside it, or the generic page where the own one fails."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from certificates.adapters.pdf.content import DocumentContent, Row
from certificates.adapters.pdf.page_text import page_text
from certificates.adapters.pdf.render import render
from certificates.core.copy_claims import CopyClaims
from certificates.core.copy_page import copy_page_agrees, unprinted
from certificates.core.errors import DocumentError
from certificates.core.licence_types import LicenceTypeDefinition
from certificates.core.sd_jwt_format import Shown

_GENERIC = ""
_FAILED = "pdf.layout"
LayOut = Callable[[str, tuple[Row, ...]], DocumentContent]  # the template's source, and what stands beside its page


def draw_copy_page(
    *,
    lay_out: LayOut,
    template: str,
    definition: LicenceTypeDefinition,
    shown: Mapping[str, Shown],
    claims: CopyClaims,
    at: datetime,
) -> bytes:
    """This will typeset a copy as an unsigned PDF whose text says all that its statement shows: whoever verifies it reads its page.

    Raises DocumentError `document.page_differs`, `pdf.*`, LicenceTypeError `licence_type.template`.
    """
    for source in dict.fromkeys((template, _GENERIC)):
        try:
            page = _drawn(lay_out, source, definition, shown, at)
        except DocumentError as error:
            # A template that counts on more than a copy shows must not keep the holder from having one.
            if error.code != _FAILED or source == _GENERIC:
                raise
            continue
        if copy_page_agrees(page_text(page), definition=definition, shown=shown, claims=claims):
            return page
    raise DocumentError("document.page_differs", "no page prints what the copy states")


def _drawn(
    lay_out: LayOut, template: str, definition: LicenceTypeDefinition, shown: Mapping[str, Shown], at: datetime
) -> bytes:
    page = render(lay_out(template, ()), at=at)
    left = unprinted(page_text(page), definition=definition, shown=shown)
    return render(lay_out(template, _rows(left)), at=at) if left else page


def _rows(left: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[Row, ...]:
    rows: dict[str, tuple[str, ...]] = {}
    for label, values in left:
        rows[label] = (*rows.get(label, ()), *values)
    return tuple(Row(label=label, values=values) for label, values in rows.items())
