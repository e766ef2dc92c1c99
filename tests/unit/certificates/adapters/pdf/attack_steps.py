"""How somebody changes a signed file: what every attack on documents of these tests is built from."""

import io
import re
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates.adapters.pdf.read import read_document
from certificates.core.errors import DocumentError
from tests.unit.certificates.adapters.pdf.long_term_sample import SampleTsa
from tests.unit.certificates.adapters.pdf.sample import AT, Authority

name = NameObject
LATER = AT + timedelta(minutes=1)
Change = Callable[[IncrementalPdfFileWriter], None]


def refusal_code(data: bytes, *, root: Authority, tsa: SampleTsa | None = None) -> str:
    """The code of the refusal; fails where the file is taken for good, or where anything else is raised."""
    with pytest.raises(DocumentError) as refusal:
        read_document(
            data,
            trust_anchors=[root.anchor],
            timestamp_anchors=[] if tsa is None else [tsa.anchor],
            at=LATER,
        )
    return refusal.value.code


class _QuietWriter(IncrementalPdfFileWriter):  # type: ignore[misc]  # untyped library
    """Writes what it is told and leaves the metadata alone, as a careful attacker does."""

    def _update_meta(self) -> None:
        return


def updated(data: bytes, change: Change) -> bytes:
    """The file with one increment more."""
    writer = _QuietWriter(io.BytesIO(data))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def tables_update(data: bytes, places: Sequence[tuple[int, int | None]], extra: bytes = b"") -> bytes:
    """An increment by hand: objects written as `extra`, then a table that sends each number to an offset (None: freed)."""
    trailer = re.findall(rb"trailer\n<<\n(.*?)>>\nstartxref\n(\d+)", data, re.DOTALL)[-1]
    body = data + extra
    lines = b"".join(
        b"%d 1\n%010d 00000 n \n" % (number, place) if place is not None else b"%d 1\n0000000000 00001 f \n" % number
        for number, place in places
    )
    kept = re.sub(rb"/Prev \d+\n", b"", trailer[0]) + b"/Prev " + trailer[1] + b"\n"
    table = b"xref\n" + lines + b"trailer\n<<\n" + kept + b">>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + table


def first_page(writer: IncrementalPdfFileWriter) -> DictionaryObject:
    page = writer.root["/Pages"]["/Kids"][0]
    assert isinstance(page, DictionaryObject)
    return page


def offset_of(data: bytes, number: int) -> int:
    """Where an object was written last."""
    return [found.start() + 1 for found in re.finditer(rb"\n%d 0 obj\b" % number, data)][-1]


def number_of(writer: IncrementalPdfFileWriter, key: str) -> int:
    return int(first_page(writer).raw_get(key).idnum)


def stream(data: bytes, **entries: object) -> StreamObject:
    return StreamObject({name("/" + key): value for key, value in entries.items()}, stream_data=data)


def annotation(**entries: object) -> DictionaryObject:
    rectangle = ArrayObject([FloatObject(number) for number in (10, 10, 200, 60)])
    own = {"Type": name("/Annot"), "Subtype": name("/FreeText"), "Rect": rectangle} | entries
    return DictionaryObject({name("/" + key): value for key, value in own.items()})
