"""An agency's own drawing of its seal: outlines and nothing else, written down anew from what was understood.

An SVG can hold scripts, links, pictures fetched from elsewhere, text in a reader's font and styles that hide or load. What is not a shape with a
plain colour is refused, not dropped: a drawing that needs it would come out as another seal.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from xml.etree import ElementTree as ET

from accounts.core.errors import RecordError

MAX_SVG_BYTES: Final = 200 * 1024  # a seal of 20 traced characters takes 60 KiB
MAX_SHAPES: Final = 2000  # ten times what such a seal has
MAX_DEPTH: Final = 12  # groups in groups; drawing programs nest four deep
MAX_NUMBER: Final = 1e6  # of a coordinate or factor: what is drawn stays within any reader's arithmetic
WIDTH_TO_HEIGHT: Final = (0.5, 2.0)  # round and oval seals

_NAMESPACE: Final = "{http://www.w3.org/2000/svg}"
# One way to read each number: with two ways a long list of them that ends wrong is tried in 2^n.
_NUMBER: Final = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?"
_NUMBERS: Final = rf"{_NUMBER}(?:[\s,]+{_NUMBER})*"
_PAINT: Final = re.compile(r"none|#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}|red|black|currentColor")
_LENGTH: Final = re.compile(_NUMBER)
_LIST: Final = re.compile(_NUMBERS)
_SHARE: Final = re.compile(r"0|1|1\.0|0?\.[0-9]{1,6}")
_TRANSFORM: Final = re.compile(
    rf"\s*(?:(?:matrix|translate|scale|rotate|skewX|skewY)\(\s*{_NUMBERS}\s*\)[\s,]*)+", re.ASCII
)
_OUTLINE: Final = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9+\-.,\s]+", re.ASCII)
_ANY_NUMBER: Final = re.compile(_NUMBER)
_VIEW: Final = re.compile(rf"{_NUMBER}[\s,]+{_NUMBER}[\s,]+{_NUMBER}[\s,]+{_NUMBER}")

_LOOKS: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "fill": _PAINT,
        "stroke": _PAINT,
        "stroke-width": _LENGTH,
        "stroke-linejoin": re.compile("miter|round|bevel"),
        "stroke-linecap": re.compile("butt|round|square"),
        "stroke-miterlimit": _LENGTH,
        "fill-rule": re.compile("nonzero|evenodd"),
        "opacity": _SHARE,
        "fill-opacity": _SHARE,
        "stroke-opacity": _SHARE,
        "transform": _TRANSFORM,
    }
)
_SHAPES: Final[Mapping[str, Mapping[str, re.Pattern[str]]]] = MappingProxyType(
    {
        "g": {},
        "path": {"d": _OUTLINE},
        "circle": dict.fromkeys(("cx", "cy", "r"), _LENGTH),
        "ellipse": dict.fromkeys(("cx", "cy", "rx", "ry"), _LENGTH),
        "rect": dict.fromkeys(("x", "y", "width", "height", "rx", "ry"), _LENGTH),
        "line": dict.fromkeys(("x1", "y1", "x2", "y2"), _LENGTH),
        "polygon": {"points": _LIST},
        "polyline": {"points": _LIST},
    }
)
_PASSED_OVER: Final = frozenset({"id", "version", "width", "height"})  # they say nothing of the shapes


def seal_outlines(data: bytes) -> bytes:
    """This will give the drawing as an SVG of our own writing (UTF-8): a view box and shapes with plain colours.

    Raises RecordError `agency.seal_size` (over 200 KiB, 2000 shapes or 12 levels), `agency.seal_format` (no SVG in UTF-8,
    without a view box, or not about as high as wide), `agency.seal_content` (anything that is not a shape).
    """
    if len(data) > MAX_SVG_BYTES:
        raise RecordError("agency.seal_size", "the drawing is larger than 200 KiB")
    root = _parsed(data)
    if root.tag != f"{_NAMESPACE}svg":
        raise RecordError("agency.seal_format", "the file is no SVG")
    counted = [0]
    body = "".join(_shape(child, 1, counted) for child in root)
    if not counted[0]:
        raise RecordError("agency.seal_format", "the drawing is empty")
    if (root.text or "").strip():
        raise RecordError("agency.seal_content", "a seal's drawing is made of shapes only")
    looks = _attributes({k: v for k, v in root.attrib.items() if k not in {*_PASSED_OVER, "viewBox"}}, _LOOKS)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{_view(root)}"><g{looks}>{body}</g></svg>'.encode()


def _parsed(data: bytes) -> ET.Element:
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    head, _, rest = text.partition(b"?>") if text.startswith(b"<?xml") else (b"", b"", text)
    if b"<!" in rest or b"<?" in rest or re.search(rb"encoding\s*=\s*[\"'](?!utf-8[\"'])", head, re.IGNORECASE):
        raise RecordError("agency.seal_content", "document types, entities, comments and other encodings are not taken")
    try:
        return ET.fromstring(rest.decode("utf-8"))  # noqa: S314  # no "<!": no DTD, hence no entities to expand
    except (ET.ParseError, UnicodeDecodeError) as error:
        raise RecordError("agency.seal_format", "the file is no readable SVG in UTF-8") from error


def _view(root: ET.Element) -> str:
    view = root.get("viewBox", "")
    if _VIEW.fullmatch(view) is None:
        raise RecordError("agency.seal_format", "the drawing has no view box")
    left, top, width, height = (float(number) for number in re.split(r"[\s,]+", view))
    low, high = WIDTH_TO_HEIGHT
    if min(width, height) < 1 or max(width, height) > MAX_NUMBER or not low <= width / height <= high:
        raise RecordError("agency.seal_format", "a seal is about as high as it is wide")
    return f"{left:g} {top:g} {width:g} {height:g}"


def _shape(element: ET.Element, depth: int, counted: list[int]) -> str:
    counted[0] += 1
    if counted[0] > MAX_SHAPES or depth > MAX_DEPTH:
        raise RecordError("agency.seal_size", "the drawing has too many shapes, or too many groups in groups")
    name = str(element.tag).removeprefix(_NAMESPACE)
    own = _SHAPES.get(name)
    if own is None or (element.text or "").strip() or (element.tail or "").strip() or (name != "g" and len(element)):
        raise RecordError("agency.seal_content", "a seal's drawing is made of shapes only")
    attributes = _attributes({k: v for k, v in element.attrib.items() if k != "id"}, {**_LOOKS, **own})
    inner = "".join(_shape(child, depth + 1, counted) for child in element)
    return f"<{name}{attributes}>{inner}</{name}>"


def _attributes(given: Mapping[str, str], known: Mapping[str, re.Pattern[str]]) -> str:
    for name, value in given.items():
        good = name in known and known[name].fullmatch(value.strip()) is not None
        if not good or any(abs(float(number)) > MAX_NUMBER for number in _ANY_NUMBER.findall(value)):
            raise RecordError("agency.seal_content", "a shape has a property that is no plain form, place or colour")
    return "".join(f' {name}="{value.strip()}"' for name, value in given.items())
