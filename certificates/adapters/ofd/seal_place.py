"""Where the seal goes: on an OFD's page it is no drawing but the seal's own picture, set there by the signature.

The page is typeset with a plain box of one colour in the seal's place, which is then found on it and taken out.
"""

from dataclasses import replace
from typing import Final

from certificates.adapters.ofd.page import Colour, Outline, Page, box_of
from certificates.adapters.ofd.signature_xml import Box
from certificates.core.errors import DocumentError

_MARK: Final = Colour(red=1, green=254, blue=3)  # of no theme; only ever seen by `without_placeholder`

PLACEHOLDER: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-22 -22 44 44">'
    '<rect x="-22" y="-22" width="44" height="44" fill="#01fe03"/></svg>'
)


def without_placeholder(pages: tuple[Page, ...]) -> tuple[tuple[Page, ...], int, Box]:
    """This will give the pages without the box, and where it was: the page from 0, left, top, width and height in mm.

    Raises DocumentError `ofd.layout` for a template that prints no seal.
    """
    for number, page in enumerate(pages):
        for position, item in enumerate(page.items):
            if isinstance(item, Outline) and item.fill is not None and replace(item.fill, alpha=255) == _MARK:
                left, top, right, bottom = box_of(item.commands)
                rest = replace(page, items=page.items[:position] + page.items[position + 1 :])
                others = (*pages[:number], rest, *pages[number + 1 :])
                return others, number, (left, top, right - left, bottom - top)
    raise DocumentError("ofd.layout", "the page has no place for the seal")
