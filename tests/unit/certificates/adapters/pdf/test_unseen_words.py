"""Words that a reader of files finds on a page and nobody sees there: a page with them agrees with no credential."""

from collections.abc import Callable

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, FloatObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates.adapters.pdf.page_text import UNSEEN, page_text
from certificates.core.licence_types import parse_licence_type
from certificates.core.printed_values import page_agrees
from demo.people import read_licence_types
from tests.unit.certificates.adapters.pdf.attack_steps import first_page, name, stream, updated

Writer = IncrementalPdfFileWriter
WORDS = b"<00010002> Tj"
PLAIN = b"BT /Own 12 Tf 1 0 0 1 100 100 Tm " + WORDS + b" ET"


def drawing(code: bytes) -> Callable[[Writer], None]:
    """The page draws this, too, in a font of its own."""

    def change(writer: Writer) -> None:
        page = first_page(writer)
        own = next(iter(page["/Resources"]["/Font"])).encode()
        before, after = (
            writer.add_object(stream(b"q\n")),
            writer.add_object(stream(b"\nQ\n" + code.replace(b"/Own", own))),
        )
        page[name("/Contents")] = ArrayObject([before, page.raw_get("/Contents"), after])
        writer.update_container(page)

    return change


def in_a_form(writer: Writer) -> None:
    """Cut off by the form's own box."""
    resources = first_page(writer)["/Resources"]
    own = next(iter(resources["/Font"])).encode()
    box = ArrayObject([FloatObject(number) for number in (0, 0, 1, 1)])
    form = stream(
        PLAIN.replace(b"/Own", own), Type=name("/XObject"), Subtype=name("/Form"), BBox=box, Resources=resources
    )
    resources["/XObject"][name("/More")] = writer.add_object(form)
    writer.update_container(resources["/XObject"])
    drawing(b"/More Do")(writer)


UNSEEN_WORDS = {
    "drawn without ink": b"BT 3 Tr /Own 12 Tf 1 0 0 1 100 100 Tm " + WORDS + b" ET",
    "drawn as a clip only": b"BT 7 Tr /Own 12 Tf 1 0 0 1 100 100 Tm " + WORDS + b" ET",
    "white": b"1 1 1 rg " + PLAIN,
    "nearly white": b".95 .95 .9 rg " + PLAIN,
    "a white line": b"1 1 1 RG BT 1 Tr /Own 12 Tf 1 0 0 1 100 100 Tm " + WORDS + b" ET",
    "tiny": b"BT /Own 0.5 Tf 1 0 0 1 100 100 Tm " + WORDS + b" ET",
    "made tiny": b"q .05 0 0 .05 100 100 cm BT /Own 12 Tf " + WORDS + b" ET Q",
    "pressed flat": b"BT /Own 12 Tf 100 0 0 .001 100 100 Tm " + WORDS + b" ET",
    "pressed thin": b"BT 1 Tz /Own 12 Tf 1 0 0 1 100 100 Tm " + WORDS + b" ET",
    "beside the page": b"BT /Own 12 Tf 1 0 0 1 5000 100 Tm " + WORDS + b" ET",
    "below the page": b"BT /Own 12 Tf 1 0 0 1 100 -100 Tm " + WORDS + b" ET",
    "cut off": b"q 0 0 1 1 re W n " + PLAIN + b" Q",
}


def test_a_page_as_it_is_laid_out_has_nothing_unseen(page: bytes) -> None:
    assert UNSEEN not in page_text(page)
    assert UNSEEN not in page_text(updated(page, drawing(PLAIN)))
    assert len(page_text(updated(page, drawing(PLAIN)))) > len(page_text(page))


@pytest.mark.parametrize("which", list(UNSEEN_WORDS))
def test_words_that_nobody_sees_are_told_apart(page: bytes, which: str) -> None:
    assert page_text(updated(page, drawing(UNSEEN_WORDS[which]))).count(UNSEEN) == 2


def test_words_in_a_form_of_their_own_are_told_apart(page: bytes) -> None:
    assert UNSEEN in page_text(updated(page, in_a_form))


def test_a_see_through_word_is_told_apart(page: bytes) -> None:
    def change(writer: Writer) -> None:
        resources = first_page(writer)["/Resources"]
        state = DictionaryObject({name("/ca"): FloatObject("0.01")})
        resources[name("/ExtGState")] = DictionaryObject({name("/Thin"): state})
        writer.update_container(resources)
        drawing(b"/Thin gs " + PLAIN)(writer)

    assert page_text(updated(page, change)).count(UNSEEN) == 2


def test_a_page_with_an_unseen_word_agrees_with_nothing() -> None:
    (definition, *_) = (parse_licence_type(data) for data in read_licence_types()[0])
    assert page_agrees("a", definition=definition, values={})
    assert not page_agrees("a" + UNSEEN, definition=definition, values={})
