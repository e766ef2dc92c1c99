"""The words on an OFD's pages, read in the one form in which they are written here, and whether somebody sees them.

GB/T 33190 knows many ways to draw something that nobody sees: invisible objects, boundaries that cut off, colours of the paper. An attribute
that licences do not have is refused; words that are drawn unseen stand as characters that no page agrees with.
"""

from collections.abc import Iterator, Mapping
from math import hypot
from types import MappingProxyType
from typing import Final
from xml.etree.ElementTree import Element

from certificates.adapters.ofd.sealed import only, text_of
from certificates.adapters.ofd.xml_read import NAMESPACE, named
from certificates.core.errors import DocumentError

UNSEEN: Final = "\0"  # stands for a character that nobody sees

_KNOWN: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("Page", "Area", "PhysicalBox", "Content", "Clips", "Clip", "AbbreviatedData"), frozenset[str]()
        ),
        "Layer": frozenset({"ID", "Type"}),
        "TextObject": frozenset({"ID", "Boundary", "Font", "Size", "Stroke", "LineWidth", "Fill", "CTM"}),
        "TextCode": frozenset({"X", "Y", "DeltaX"}),
        **dict.fromkeys(("FillColor", "StrokeColor"), frozenset({"Value", "Alpha"})),
        "PathObject": frozenset(
            {"ID", "Boundary", "Stroke", "Fill", "Rule", "LineWidth", "Cap", "Join", "DashPattern"}
        ),
        "Path": frozenset({"Boundary"}),
        "ImageObject": frozenset({"ID", "Boundary", "CTM", "ResourceID", "Alpha"}),
    }
)
_IN_TEXT: Final = frozenset({"FillColor", "StrokeColor", "TextCode"})
_LEAST_ALPHA: Final = 16  # of 255; a watermark has some 40
_LIGHTEST: Final = 224  # of 255 in the darkest of the three colours: the paper is no darker
_LEAST_SIZE: Final = 0.7  # mm; the smallest print of a licence has 1.3
_ROUNDED: Final = 0.01  # mm
_OPAQUE: Final = 255


def words_of(content: Element) -> Iterator[tuple[str, str]]:
    """This will give number and words of each text object of a page, in the order of drawing, `UNSEEN` for what nobody can see.

    Raises DocumentError `ofd.active|structure`; ValueError for a number that is none.
    """
    width, height = _size(content)
    for element in content.iter():
        name = _known(element)
        if name == "TextObject":
            words = text_of_code(element)
            yield element.get("ID", ""), words if _is_seen(element, width, height) else UNSEEN * len(words)


def text_of_code(element: Element) -> str:
    """This will give a text object's words as they are."""
    return only(element, "TextCode").text or ""


def _known(element: Element) -> str:
    space, _, name = element.tag.rpartition("}")
    if space != f"{{{NAMESPACE}" or name not in _KNOWN or not _KNOWN[name].issuperset(element.keys()):
        raise DocumentError("ofd.active", "the page has parts that a licence does not have")
    if name == "Layer" and element.get("Type") != "Body":
        raise DocumentError("ofd.active", "the page has a layer that a licence does not have")
    if name == "TextObject" and any(child.tag not in {named(one) for one in _IN_TEXT} for child in element):
        raise DocumentError("ofd.active", "a text has parts that a licence's does not have")
    return name


def _size(content: Element) -> tuple[float, float]:
    left, top, width, height = _numbers(text_of(only(only(content, "Area"), "PhysicalBox")), 4)
    if left or top:
        raise DocumentError("ofd.structure", "the page does not begin at its corner")
    return width, height


def _is_seen(element: Element, page_width: float, page_height: float) -> bool:
    left, top, width, height = _numbers(element.get("Boundary", ""), 4)
    is_on_page = 0 <= left + width / 2 <= page_width and 0 <= top + height / 2 <= page_height
    a, b, c, d, e, f = _numbers(element.get("CTM", "1 0 0 1 0 0"), 6)
    scale = abs(a * d - b * c) / (max(hypot(a, b), hypot(c, d)) or 1)
    is_large = float(element.get("Size", "")) * scale >= _LEAST_SIZE
    code = only(element, "TextCode")
    x, y = float(code.get("X", "")), float(code.get("Y", ""))
    steps = [float(step) for step in code.get("DeltaX", "").split()]
    is_within = all(
        -_ROUNDED <= a * along + c * y + e <= width + _ROUNDED
        and -_ROUNDED <= b * along + d * y + f <= height + _ROUNDED
        for along in (x, x + sum(steps))
    )
    return is_on_page and is_large and is_within and _is_dark(element)


def _is_dark(element: Element) -> bool:
    if element.get("Fill") == "false":
        return element.get("Stroke") == "true" and _is_ink(element.find(named("StrokeColor")))
    return _is_ink(element.find(named("FillColor")))


def _is_ink(colour: Element | None) -> bool:
    if colour is None:
        return True  # black, by the standard
    red, green, blue = _numbers(colour.get("Value", "0 0 0"), 3)
    alpha = float(colour.get("Alpha", _OPAQUE))
    return alpha >= _LEAST_ALPHA and min(red, green, blue) <= _LIGHTEST


def _numbers(text: str, count: int) -> list[float]:
    found = [float(part) for part in text.split()]
    if len(found) != count:
        raise DocumentError("ofd.structure", "a place on the page is not given as the standard says")
    return found
