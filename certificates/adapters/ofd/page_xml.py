"""A page's objects as OFD writes them (GB/T 33190-2016 chapters 7 to 11)."""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from certificates.adapters.ofd.page import (
    IDENTITY,
    Colour,
    Command,
    Item,
    Matrix,
    Outline,
    Page,
    Picture,
    Stroke,
    Text,
    applied,
    box_of,
)
from certificates.adapters.ofd.xml_read import NAMESPACE
from certificates.core.errors import DocumentError

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OPERATORS = {"M": "M", "L": "L", "C": "B", "Z": "C"}
_MARGIN = 0.2  # mm around what is drawn: a boundary cuts off what sticks out
_MITER = 2.0  # how far a corner of a line may stick out, in widths


def document_xml(name: str, body: str, attributes: str = "") -> bytes:
    """This will give an XML file of OFD with that root element."""
    return f'{HEAD}<ofd:{name} xmlns:ofd="{NAMESPACE}"{attributes}>{body}</ofd:{name}>\n'.encode()


def page_xml(
    page: Page, *, ids: Mapping[int, int], layer: int, fonts: Mapping[str, int], images: Callable[[Picture], int]
) -> bytes:
    """This will give a page's Content.xml; `ids` are the objects' numbers by their place in the page."""
    area = f"<ofd:Area><ofd:PhysicalBox>0 0 {number(page.width)} {number(page.height)}</ofd:PhysicalBox></ofd:Area>"
    items = "".join(_item(item, ids[index], fonts, images) for index, item in enumerate(page.items))
    return document_xml(
        "Page", f'{area}<ofd:Content><ofd:Layer ID="{layer}" Type="Body">{items}</ofd:Layer></ofd:Content>'
    )


def number(value: float, digits: int = 3) -> str:
    """This will write millimetres, by default to the thousandth."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


def attribute(value: str) -> str:
    """This will write an attribute's value with its quotation marks."""
    return quoteattr(value)


def content(value: str) -> str:
    """This will write text between tags."""
    return escape(value)


def _item(item: Item, number_of: int, fonts: Mapping[str, int], images: Callable[[Picture], int]) -> str:
    if isinstance(item, Text):
        return _text(item, number_of, fonts)
    if isinstance(item, Outline):
        return _path(item, number_of)
    return _image(item, number_of, images(item))


def _text(item: Text, number_of: int, fonts: Mapping[str, int]) -> str:
    if item.font not in fonts:
        raise DocumentError("ofd.layout", "a text's face is not among the document's")
    reach = max(item.offsets) + item.size
    # A boundary cuts: room for accents above, descenders below, and what leans out at the ends.
    across, down = (-item.size * 0.2, reach + item.size * 0.2), (-item.size * 1.2, item.size * 0.5)
    line = [applied(item.matrix, x, y) for x in across for y in down]
    left, top, right, bottom = _around(line)
    e, f = item.matrix[4] - left, item.matrix[5] - top
    a, b, c, d, *_ = item.matrix
    is_upright = all(abs(own - plain) < 1e-6 for own, plain in zip((a, b, c, d), IDENTITY[:4], strict=True))  # noqa: PLR2004
    turn = "" if is_upright else f' CTM="{_matrix((a, b, c, d, e, f))}"'
    x, y = (e, f) if is_upright else (0.0, 0.0)
    # From rounded to rounded place: rounded steps alone would drift along a long line.
    places = [round(offset, 3) for offset in item.offsets]
    steps = [after - before for before, after in pairwise(places)]
    deltas = f' DeltaX="{" ".join(map(number, steps))}"' if steps else ""
    stroke = "" if item.stroke is None else f' Stroke="true" LineWidth="{number(item.stroke.width)}"'
    fill = "" if item.fill is not None else ' Fill="false"'
    return (
        f'<ofd:TextObject ID="{number_of}" Boundary="{_box(left, top, right, bottom)}" Font="{fonts[item.font]}"'
        f' Size="{number(item.size)}"{stroke}{fill}{turn}>'
        f"{_colours(item.fill, item.stroke)}"
        f'<ofd:TextCode X="{number(x + item.offsets[0])}" Y="{number(y)}"{deltas}>{escape(item.characters)}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def _path(item: Outline, number_of: int) -> str:
    edge = 0.0 if item.stroke is None else item.stroke.width * _MITER
    left, top, right, bottom = box_of(item.commands)
    left, top, right, bottom = (
        left - edge - _MARGIN,
        top - edge - _MARGIN,
        right + edge + _MARGIN,
        bottom + edge + _MARGIN,
    )
    stroke = ' Stroke="false"' if item.stroke is None else _line(item.stroke)
    rule = ' Rule="Even-Odd"' if item.even_odd else ""
    fill = "" if item.fill is None else f' Fill="true"{rule}'
    # A hair's line needs no more than hundredths; what is filled, as a code's squares, does.
    digits = 2 if item.fill is None else 3
    clips = "".join(_clip(clip, left, top) for clip in item.clips)
    return (
        f'<ofd:PathObject ID="{number_of}" Boundary="{_box(left, top, right, bottom)}"{stroke}{fill}>'
        f"{f'<ofd:Clips>{clips}</ofd:Clips>' if clips else ''}{_colours(item.fill, item.stroke)}"
        f"<ofd:AbbreviatedData>{' '.join(_data(item.commands, left, top, digits))}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def _clip(clip: tuple[Command, ...], left: float, top: float) -> str:
    first, upper, last, lower = box_of(clip)
    box = _box(first - left, upper - top, last - left, lower - top)
    data = " ".join(_data(clip, first, upper, 3))
    return f'<ofd:Clip><ofd:Area><ofd:Path Boundary="{box}"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip>'


def _image(item: Picture, number_of: int, resource: int) -> str:
    corners = [applied(item.matrix, x, y) for x in (0.0, 1.0) for y in (0.0, 1.0)]
    left, top, right, bottom = _around(corners)
    a, b, c, d, e, f = item.matrix
    alpha = "" if item.alpha == 255 else f' Alpha="{item.alpha}"'  # noqa: PLR2004 - opaque
    return (
        f'<ofd:ImageObject ID="{number_of}" Boundary="{_box(left, top, right, bottom)}"'
        f' CTM="{_matrix((a, b, c, d, e - left, f - top))}" ResourceID="{resource}"{alpha}/>'
    )


def _line(stroke: Stroke) -> str:
    cap = "" if stroke.cap == "Butt" else f' Cap="{stroke.cap}"'
    join = "" if stroke.join == "Miter" else f' Join="{stroke.join}"'
    dash = f' DashPattern="{" ".join(map(number, stroke.dash))}"' if stroke.dash else ""
    return f' LineWidth="{number(stroke.width)}"{cap}{join}{dash}'


def _colours(fill: Colour | None, stroke: Stroke | None) -> str:
    filled = "" if fill is None else f"<ofd:FillColor {_colour(fill)}/>"
    return filled + ("" if stroke is None else f"<ofd:StrokeColor {_colour(stroke.colour)}/>")


def _colour(colour: Colour) -> str:
    alpha = "" if colour.alpha == 255 else f' Alpha="{colour.alpha}"'  # noqa: PLR2004 - opaque
    return f'Value="{colour.red} {colour.green} {colour.blue}"{alpha}'


def _data(commands: tuple[Command, ...], left: float, top: float, digits: int) -> Iterator[str]:
    for operator, numbers in commands:
        yield _OPERATORS[operator]
        for index, value in enumerate(numbers):
            yield number(value - (top if index % 2 else left), digits)


def _around(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _box(left: float, top: float, right: float, bottom: float) -> str:
    return " ".join(map(number, (left, top, right - left, bottom - top)))


def _matrix(matrix: Matrix) -> str:
    return " ".join(f"{value:.6f}".rstrip("0").rstrip(".") for value in matrix)
