"""The agency's seal on the page as its signature's appearance: who clicks on the seal is shown the signature.

The page draws the seal, so that viewers and printers that leave form fields out show it, too. The signature's widget lies over it and draws
the same operators from the same objects, darkening: seen once or twice, it is one seal, and letters printed over it stay.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    StreamObject,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import BaseStampStyle

_ALT: Final = rb"/Alt<FEFF53707AE0FF1A[0-9A-F]*>"  # 印章： in UTF-16: how the page library names the seal's picture
_NUMBER: Final = rb"(-?[0-9.]+)"
_SEAL: Final = re.compile(
    rb"/MCID [0-9]+"
    + _ALT
    + rb">>BDC\s(q "
    # The rectangle that the picture is cut to, in the page's own coordinates.
    + rb"\s".join((_NUMBER, _NUMBER, rb"m", _NUMBER, _NUMBER, rb"l", _NUMBER, _NUMBER, rb"l", _NUMBER, _NUMBER, rb"l"))
    + rb"\sh\sW\sn\s.*?)\sEMC",
    re.DOTALL,
)
_USED: Final = re.compile(rb"/(\w+)\s(gs|Do)\b")
_DARKEN: Final = "/HzDarken"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPlace:
    """This will hold where the seal is: page (from 0), box (points), the operators that draw it, and the objects they name."""

    page: int
    box: tuple[float, float, float, float]
    operators: bytes = field(repr=False)
    graphics_states: DictionaryObject
    pictures: DictionaryObject


def find_seal(reader: PdfFileReader) -> SealPlace | None:
    """This will find the seal of a page that this program laid out, or nothing."""
    for number, page in enumerate(reader.root["/Pages"]["/Kids"]):
        sheet = page.get_object()
        found = _SEAL.search(_content(sheet)) if sheet["/Type"] == "/Page" else None
        if found is not None:
            points = [round(float(one), 4) for one in found.groups()[1:]]  # as the library writes a field's box
            across, along = points[::2], points[1::2]
            resources = sheet["/Resources"]
            return SealPlace(
                page=number,
                box=(min(across), min(along), max(across), max(along)),
                operators=found[1],
                graphics_states=_named(resources, "/ExtGState", found[1], b"gs"),
                pictures=_named(resources, "/XObject", found[1], b"Do"),
            )
    return None


def _content(page: DictionaryObject) -> bytes:
    content = page["/Contents"]
    streams = content if isinstance(content, ArrayObject) else [content]
    return b"\n".join(one.get_object().data for one in streams)


def _named(resources: DictionaryObject, kind: str, operators: bytes, operator: bytes) -> DictionaryObject:
    names = {f"/{name.decode('ascii')}" for name, used_by in _USED.findall(operators) if used_by == operator}
    return _dictionary({name: resources[kind].raw_get(name) for name in sorted(names)})


@dataclass(frozen=True)
class SealStyle(BaseStampStyle):
    """The library's way to give a signature field its appearance."""

    place: SealPlace | None = None

    def create_stamp(  # type: ignore[override]  # a stamp need only set an appearance
        self, writer: Any, box: object, text_params: object
    ) -> "_Stamp | None":
        """This will give what draws the seal, where the page has one."""
        return None if self.place is None else _Stamp(writer, self.place)


class _Stamp:
    def __init__(self, writer: Any, place: SealPlace) -> None:
        self._writer, self._place = writer, place

    def apply_appearance(self, annotation: DictionaryObject) -> None:
        """This will set the widget's appearance (ISO 32000-2 section 12.5.5): as its box is the widget's, nothing is scaled or moved."""
        place = self._place
        darken = _dictionary({"/Type": NameObject("/ExtGState"), "/BM": NameObject("/Darken")})
        states = _dictionary({**place.graphics_states, _DARKEN: darken})
        resources = _dictionary({"/ExtGState": states, "/XObject": place.pictures})
        appearance = StreamObject(
            _dictionary(
                {
                    "/Type": NameObject("/XObject"),
                    "/Subtype": NameObject("/Form"),
                    "/BBox": ArrayObject([_number(one) for one in place.box]),
                    "/Resources": resources,
                }
            ),
            stream_data=b"%s gs\n%s" % (_DARKEN.encode("ascii"), place.operators),
        )
        annotation[NameObject("/AP")] = _dictionary({"/N": self._writer.add_object(appearance)})


def _dictionary(entries: Mapping[str, Any]) -> DictionaryObject:
    named = {NameObject(key): value for key, value in entries.items()}
    return DictionaryObject(named)  # type: ignore[no-untyped-call]  # of the library


def _number(value: float) -> FloatObject:
    return FloatObject(value)  # type: ignore[no-untyped-call]  # of the library
