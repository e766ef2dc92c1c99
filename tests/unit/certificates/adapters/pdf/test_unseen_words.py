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


ON_A_BAND = b"0.63 0.09 0.09 rg 90 90 90 40 re f 1 1 1 rg " + PLAIN
NO_BAND = {
    "a light one": b"0.9 0.8 0.7 rg 90 90 90 40 re f 1 1 1 rg " + PLAIN,
    "elsewhere": b"0.6 0 0 rg 300 90 90 40 re f 1 1 1 rg " + PLAIN,
    "drawn afterwards": b"q 1 1 1 rg " + PLAIN + b" Q 0.6 0 0 rg 90 90 90 40 re f",
    "its frame alone": b"0.6 0 0 RG 90 90 90 40 re S 1 1 1 rg " + PLAIN,
    "a shape with a hole": b"0.6 0 0 rg 0 0 m 500 0 l 500 500 l 0 500 l 0 0 l 50 50 l 50 490 l 490 490 l h f* 1 1 1 rg "
    + PLAIN,
    "cut off": b"q 0 0 1 1 re W n 0.6 0 0 rg 90 90 90 40 re f Q 1 1 1 rg " + PLAIN,
}


def test_light_words_on_a_dark_band_are_seen(page: bytes) -> None:
    """A copy's page says so what it is."""
    assert UNSEEN not in page_text(updated(page, drawing(ON_A_BAND)))


@pytest.mark.parametrize("which", list(NO_BAND))
def test_light_words_beside_a_dark_band_are_told_apart(page: bytes, which: str) -> None:
    assert page_text(updated(page, drawing(NO_BAND[which]))).count(UNSEEN) == 2


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
