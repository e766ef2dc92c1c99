"""Parts of a page that something else than the signed file decides: objects still to come, layers, files from elsewhere."""

from collections.abc import Callable

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates.adapters.pdf.sign import PdfSigningKey, sign
from tests.unit.certificates.adapters.pdf.attack_steps import first_page, name, refusal_code, stream, updated
from tests.unit.certificates.adapters.pdf.long_term_sample import archived, make_tsa
from tests.unit.certificates.adapters.pdf.sample import AT, Authority

Writer = IncrementalPdfFileWriter
NOT_THERE = 9000


def drawing(writer: Writer, drawn: object) -> None:
    """The page draws one thing more, by reference."""
    drawings = first_page(writer)["/Resources"]["/XObject"]
    drawings[name("/More")] = drawn
    writer.update_container(drawings)


def names_what_is_not_there(writer: Writer) -> None:
    drawing(writer, IndirectObject(NOT_THERE, 0, writer))


def test_refuses_a_page_that_waits_for_an_object_to_come(
    page: bytes, root: Authority, signing_key: PdfSigningKey
) -> None:
    """Validation data under that number would be drawn, and no revision would have changed anything."""
    tsa = make_tsa()
    waiting = sign(updated(page, names_what_is_not_there), signer=signing_key, at=AT)

    def supply(writer: Writer) -> None:
        writer._lastobj_id = NOT_THERE - 1
        supplied = writer.add_object(stream(b"0 0 900 900 re f"))
        assert supplied.idnum == NOT_THERE
        store = DictionaryObject({name("/Certs"): ArrayObject([supplied])})
        writer.root[name("/DSS")] = writer.add_object(store)
        writer.update_root()

    for data in (waiting, archived(updated(waiting, supply), tsa=tsa, at=AT)):
        assert refusal_code(data, root=root, tsa=tsa) == "pdf.modified"


def layers(writer: Writer) -> None:
    group = writer.add_object(DictionaryObject({name("/Type"): name("/OCG"), name("/Name"): TextStringObject("x")}))
    settings = DictionaryObject({name("/OFF"): ArrayObject([group])})
    writer.root[name("/OCProperties")] = DictionaryObject({name("/OCGs"): ArrayObject([group]), name("/D"): settings})
    writer.update_root()


def layered_drawing(writer: Writer) -> None:
    group = writer.add_object(DictionaryObject({name("/Type"): name("/OCG"), name("/Name"): TextStringObject("x")}))
    form = stream(b"0 0 9 9 re f", Type=name("/XObject"), Subtype=name("/Form"), OC=group)
    drawing(writer, writer.add_object(form))


def drawing_of_another_file(writer: Writer) -> None:
    other = DictionaryObject({name("/F"): TextStringObject("other.pdf"), name("/Page"): name("/1")})
    form = stream(b"", Type=name("/XObject"), Subtype=name("/Form"), Ref=other)
    drawing(writer, writer.add_object(form))


def picture_of_another_file(writer: Writer) -> None:
    picture = stream(b"", Type=name("/XObject"), Subtype=name("/Image"), F=TextStringObject("other.raw"))
    drawing(writer, writer.add_object(picture))


def other_picture_for_print(writer: Writer) -> None:
    other = DictionaryObject({name("/Image"): writer.add_object(stream(b"")), name("/DefaultForPrinting"): name("/X")})
    picture = stream(b"", Type=name("/XObject"), Subtype=name("/Image"), Alternates=ArrayObject([other]))
    drawing(writer, writer.add_object(picture))


def file_at_an_address(writer: Writer) -> None:
    where = DictionaryObject({name("/FS"): name("/URL"), name("/F"): TextStringObject("http://127.0.0.1:9/")})
    drawing(writer, writer.add_object(where))


def letters_drawn_by_programs(writer: Writer) -> None:
    fonts = first_page(writer)["/Resources"]["/Font"]
    font = DictionaryObject({name("/Type"): name("/Font"), name("/Subtype"): name("/Type3")})
    fonts[name("/Own")] = writer.add_object(font)
    writer.update_container(fonts)


def letters_of_the_readers_own(writer: Writer) -> None:
    fonts = first_page(writer)["/Resources"]["/Font"]
    entries = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica"}
    font = DictionaryObject({name("/" + key): name(value) for key, value in entries.items()})
    fonts[name("/Own")] = writer.add_object(font)
    writer.update_container(fonts)


CHANGES = [
    layers, layered_drawing, drawing_of_another_file, picture_of_another_file, other_picture_for_print, file_at_an_address,
    letters_drawn_by_programs, letters_of_the_readers_own,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_refuses_a_page_that_the_reader_or_another_file_decides(
    page: bytes, root: Authority, signing_key: PdfSigningKey, change: Callable[[Writer], None]
) -> None:
    assert refusal_code(sign(updated(page, change), signer=signing_key, at=AT), root=root) == "pdf.active"
