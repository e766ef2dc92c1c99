"""A small viewer of OFD files, which knows the standard (GB/T 33190) and nothing of how ours are written: for pictures of them.

It draws pages to SVG: paths, images, and texts by the outlines of the fonts that the file carries; then the seal, where its signature sets it.
"""

import io
import re
import zipfile
from base64 import b64encode
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree as ET

import typst
from asn1crypto import core
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

_NS = {"o": "http://www.ofdspec.org/2016"}
_OPERATORS = {"M": "M", "L": "L", "B": "C", "Q": "Q", "C": "Z", "A": "A", "S": "M"}
_SOURCE = (
    b"#set page(width: eval(sys.inputs.width), height: eval(sys.inputs.height), margin: 0pt, fill: white)\n"
    b'#image(bytes(sys.inputs.svg), format: "svg", width: 100%, height: 100%)'
)


class Viewer:
    """Opens one OFD; `page_svg` and `page_png` draw a page of it, counted from 0."""

    def __init__(self, data: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        root = self._xml("OFD.xml")
        self._document_path = self._resolved("OFD.xml", root.findtext("o:DocBody/o:DocRoot", namespaces=_NS))
        self._signatures = root.findtext("o:DocBody/o:Signatures", namespaces=_NS)
        self._document = self._xml(self._document_path)
        self._fonts: dict[str, TTFont] = {}
        self._images: dict[str, bytes] = {}
        for kind in ("PublicRes", "DocumentRes"):
            for named in self._document.findall(f"o:CommonData/o:{kind}", _NS):
                self._read_resources(self._resolved(self._document_path, named.text))

    def page_svg(self, number: int = 0) -> str:
        page = self._document.findall("o:Pages/o:Page", _NS)[number]
        path = self._resolved(self._document_path, page.get("BaseLoc"))
        content = self._xml(path)
        box = content.findtext("o:Area/o:PhysicalBox", namespaces=_NS) or self._document.findtext(
            "o:CommonData/o:PageArea/o:PhysicalBox", namespaces=_NS
        )
        _, _, width, height = _numbers(box)
        drawn = "".join(self._drawn(item) for layer in content.findall("o:Content/o:Layer", _NS) for item in layer)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">'
            f"{drawn}{self._stamps(page.get('ID'))}</svg>"
        )

    def page_png(self, number: int = 0, *, dots_per_inch: float = 150) -> bytes:
        svg = self.page_svg(number)
        found = re.search(r'width="([0-9.]+mm)" height="([0-9.]+mm)"', svg)
        assert found is not None
        inputs = {"svg": svg, "width": found.group(1), "height": found.group(2)}
        png: bytes = typst.compile(
            _SOURCE, format="png", ppi=dots_per_inch, sys_inputs=inputs, ignore_system_fonts=True
        )
        return png

    def _xml(self, path: str) -> ET.Element:
        return ET.fromstring(self._zip.read(path))  # noqa: S314 - of files that this project made

    @staticmethod
    def _resolved(base: str, path: str | None) -> str:
        assert path is not None
        return path[1:] if path.startswith("/") else str(PurePosixPath(base).parent / path)

    def _read_resources(self, path: str) -> None:
        resources = self._xml(path)
        folder = str(PurePosixPath(path).parent / (resources.get("BaseLoc") or "")) + "/x"
        for font in resources.findall("o:Fonts/o:Font", _NS):
            file = font.findtext("o:FontFile", namespaces=_NS)
            if file:
                self._fonts[str(font.get("ID"))] = TTFont(io.BytesIO(self._zip.read(self._resolved(folder, file))))
        for media in resources.findall("o:MultiMedias/o:MultiMedia", _NS):
            file = media.findtext("o:MediaFile", namespaces=_NS)
            self._images[str(media.get("ID"))] = self._zip.read(self._resolved(folder, file))

    def _drawn(self, item: ET.Element) -> str:
        kind = item.tag.rpartition("}")[2]
        draw = {"TextObject": self._text, "PathObject": self._path, "ImageObject": self._image}[kind]
        left, top, width, height = _numbers(item.get("Boundary"))
        turn = f'<g transform="matrix({item.get("CTM", "1 0 0 1 0 0")})">{draw(item)}</g>'
        clips = "".join(self._clip(clip) for clip in item.findall("o:Clips/o:Clip/o:Area/o:Path", _NS))
        name = f"b{item.get('ID')}"
        # A boundary cuts off what sticks out of it.
        return (
            f'<clipPath id="{name}"><rect width="{width}" height="{height}"/></clipPath>'
            f'<g transform="translate({left} {top})"><g clip-path="url(#{name})">'
            + (f'<clipPath id="c{name}">{clips}</clipPath><g clip-path="url(#c{name})">{turn}</g>' if clips else turn)
            + "</g></g>"
        )

    def _clip(self, path: ET.Element) -> str:
        left, top, *_ = _numbers(path.get("Boundary"))
        return f'<path transform="translate({left} {top})" d="{_data(path)}"/>'

    def _path(self, item: ET.Element) -> str:
        rule = ' fill-rule="evenodd"' if item.get("Rule") == "Even-Odd" else ""
        return f'<path d="{_data(item)}"{rule}{_paint(item, fills=False, strokes=True)}/>'

    def _text(self, item: ET.Element) -> str:
        font, size = self._fonts[str(item.get("Font"))], float(str(item.get("Size")))
        glyphs, names, em = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
        scale = size / em
        drawn = []
        for code in item.findall("o:TextCode", _NS):
            x, y = float(code.get("X", "0")), float(code.get("Y", "0"))
            steps = _numbers(code.get("DeltaX") or "")
            for index, character in enumerate(code.text or ""):
                name = names.get(ord(character))
                if name is not None:
                    pen = SVGPathPen(glyphs)
                    glyphs[name].draw(pen)
                    if pen.getCommands():
                        drawn.append(
                            f'<path transform="matrix({scale} 0 0 {-scale} {x} {y})" d="{pen.getCommands()}"/>'
                        )
                x += steps[index] if index < len(steps) else 0
        return f"<g{_paint(item, fills=True, strokes=False, scale=scale)}>{''.join(drawn)}</g>"

    def _image(self, item: ET.Element) -> str:
        return _picture(self._images[str(item.get("ResourceID"))], 1, 1, item.get("Alpha"))

    def _stamps(self, page: str | None) -> str:
        if self._signatures is None:
            return ""
        path = self._resolved("OFD.xml", self._signatures)
        drawn = ""
        for signature in self._xml(path).findall("o:Signature", _NS):
            own = self._resolved(path, signature.get("BaseLoc"))
            content = self._xml(own)
            value = self._zip.read(self._resolved(own, content.findtext("o:SignedValue", namespaces=_NS)))
            picture: Any = core.load(value)[0][1][0][3]  # SES_Signature, TBS_Sign, SESeal, SES_SealInfo, picture
            for stamp in content.findall("o:SignedInfo/o:StampAnnot", _NS):
                if stamp.get("PageRef") == page:
                    left, top, width, height = _numbers(stamp.get("Boundary"))
                    image = _picture(picture[1].native, width, height, None)
                    drawn += f'<g transform="translate({left} {top})">{image}</g>'
        return drawn


def _numbers(text: str | None) -> list[float]:
    """Numbers with spaces between; "g 3 2.5" stands for 2.5 three times."""
    words = (text or "").split()
    found: list[float] = []
    while words:
        word = words.pop(0)
        found += [float(words.pop(1))] * int(words.pop(0)) if word == "g" else [float(word)]
    return found


def _data(item: ET.Element) -> str:
    words = (item.findtext("o:AbbreviatedData", namespaces=_NS) or "").split()
    return " ".join(_OPERATORS.get(word, word) for word in words)


def _paint(item: ET.Element, *, fills: bool, strokes: bool, scale: float = 1) -> str:
    fill = item.get("Fill", str(fills).lower()) == "true"
    stroke = item.get("Stroke", str(strokes).lower()) == "true"
    width = float(item.get("LineWidth", "0.353")) / scale
    text = _colour("fill", item.find("o:FillColor", _NS)) if fill else ' fill="none"'
    if not stroke:
        return text
    dash = item.get("DashPattern")
    return (
        f'{text}{_colour("stroke", item.find("o:StrokeColor", _NS))} stroke-width="{width}"'
        f' stroke-linecap="{item.get("Cap", "Butt").lower()}" stroke-linejoin="{item.get("Join", "Miter").lower()}"'
        + (f' stroke-dasharray="{dash}"' if dash else "")
    )


def _colour(name: str, colour: ET.Element | None) -> str:
    if colour is None:
        return f' {name}="black"'
    red, green, blue = (int(part) for part in str(colour.get("Value")).split())
    return f' {name}="rgb({red},{green},{blue})" {name}-opacity="{int(colour.get("Alpha", "255")) / 255:.4f}"'


def _picture(data: bytes, width: float, height: float, alpha: str | None) -> str:
    kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
    opacity = f' opacity="{int(alpha) / 255:.4f}"' if alpha else ""
    return (
        f'<image width="{width}" height="{height}" preserveAspectRatio="none"{opacity}'
        f' xlink:href="data:image/{kind};base64,{b64encode(data).decode("ascii")}"/>'
    )
