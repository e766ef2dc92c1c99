"""Shadow, certification and update attacks: whatever is written behind the certification is refused, timestamped or not.

Anybody can have a file timestamped, so each change is tried bare and under an archive timestamp over all of it.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NumberObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field

from certificates.adapters.pdf.sign import PdfSigningKey
from tests.unit.certificates.adapters.pdf.attack_steps import (
    annotation,
    first_page,
    name,
    number_of,
    refusal_code,
    stream,
    updated,
)
from tests.unit.certificates.adapters.pdf.long_term_sample import Levels, SampleTsa, archived
from tests.unit.certificates.adapters.pdf.sample import AT, Authority, make_root, make_signing_key
from tests.unit.certificates.adapters.pdf.test_read_refusals import signed_loosely

Writer = IncrementalPdfFileWriter
LATER = AT + timedelta(seconds=30)


def shadow_replace(writer: Writer) -> None:
    """What the page draws is swapped."""
    writer.objects[0, number_of(writer, "/Contents")] = stream(b"BT /F0 12 Tf (other) Tj ET")
    writer._force_write_when_empty = True


def shadow_font(writer: Writer) -> None:
    """The same codes draw other letters."""
    fonts = first_page(writer)["/Resources"]["/Font"]
    fonts[name("/f0")] = writer.add_object(
        DictionaryObject({name("/Type"): name("/Font"), name("/Subtype"): name("/Type3")})
    )
    writer.update_container(fonts)


def shadow_hide(writer: Writer) -> None:
    """Something is laid over the page."""
    page = first_page(writer)
    page[name("/Contents")] = ArrayObject([page.raw_get("/Contents"), writer.add_object(stream(b"0 0 900 900 re f"))])
    writer.update_container(page)


def extra_page(writer: Writer) -> None:
    pages = writer.root["/Pages"]
    kids = pages["/Kids"]
    more = DictionaryObject(
        {name("/Type"): name("/Page"), name("/Parent"): pages.container_ref and kids[0].raw_get("/Parent")}
    )
    kids.append(writer.add_object(more))
    pages[name("/Count")] = NumberObject(2)
    writer.update_container(pages)


def removed_page(writer: Writer) -> None:
    """The page goes, an empty one comes, and the seal's field names that one as its own: no archive timestamp finds another place."""
    pages = writer.root["/Pages"]
    entries = {name("/Type"): name("/Page"), name("/Parent"): writer.root.raw_get("/Pages")}
    entries[name("/MediaBox")] = ArrayObject([NumberObject(n) for n in (0, 0, 842, 595)])
    empty = writer.add_object(DictionaryObject(entries))
    pages[name("/Kids")] = ArrayObject([empty])
    writer.update_container(pages)
    seal = writer.root["/AcroForm"]["/Fields"][0]
    seal[name("/P")] = empty
    writer.update_container(seal)


def larger_page(writer: Writer) -> None:
    page = first_page(writer)
    page[name("/MediaBox")] = ArrayObject([NumberObject(n) for n in (0, 0, 200, 100)])
    writer.update_container(page)


def changed_metadata(writer: Writer) -> None:
    writer.root[name("/Metadata")] = writer.add_object(stream(b"<x/>", Type=name("/Metadata"), Subtype=name("/XML")))
    writer.update_root()


def changed_info(writer: Writer) -> None:
    info = writer.trailer_view["/Info"]
    info[name("/Title")] = TextStringObject("another")
    writer.update_container(info)


def evil_annotation(writer: Writer) -> None:
    page = first_page(writer)
    page["/Annots"].append(writer.add_object(annotation(Contents=TextStringObject("forged"))))
    writer.update_container(page)


def visible_seal(writer: Writer) -> None:
    """The signature's own field gets a face."""
    field = writer.root["/AcroForm"]["/Fields"][0]
    field[name("/Rect")] = ArrayObject([NumberObject(n) for n in (0, 0, 300, 300)])
    field[name("/AP")] = DictionaryObject({name("/N"): writer.add_object(stream(b"0 0 9 9 re f"))})
    writer.update_container(field)


def text_field(writer: Writer) -> None:
    form = writer.root["/AcroForm"]
    field = DictionaryObject(
        {name("/FT"): name("/Tx"), name("/T"): TextStringObject("x"), name("/V"): TextStringObject("y")}
    )
    form["/Fields"].append(writer.add_object(field))
    writer.update_container(form)


def open_action(writer: Writer) -> None:
    script = DictionaryObject({name("/S"): name("/JavaScript"), name("/JS"): TextStringObject("app.alert(1)")})
    writer.root[name("/OpenAction")] = writer.add_object(script)
    writer.update_root()


def changed_catalog(writer: Writer) -> None:
    """Nothing new is written: the action lies in the catalog itself."""
    script = DictionaryObject({name("/S"): name("/JavaScript"), name("/JS"): TextStringObject("app.alert(1)")})
    writer.root[name("/OpenAction")] = script
    writer.update_root()


def other_attachment(writer: Writer) -> None:
    specification = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    specification["/EF"][name("/F")] = writer.add_object(stream(b"another credential"))
    writer.update_container(specification["/EF"])


def empty_signature_field(writer: Writer) -> None:
    append_signature_field(writer, SigFieldSpec(sig_field_name="Empty"))


def loose_object(writer: Writer) -> None:
    writer.add_object(stream(b"nobody names me"))
    writer.update_root()


def store_with_a_page_in_it(writer: Writer) -> None:
    """Validation data that redraws the page: its stream is rewritten under the name of a certificate."""
    number = number_of(writer, "/Contents")
    writer.objects[0, number] = stream(b"0 0 900 900 re f")
    contents = first_page(writer).raw_get("/Contents")
    writer.root[name("/DSS")] = writer.add_object(DictionaryObject({name("/Certs"): ArrayObject([contents])}))
    writer.update_root()


def store_with_more(writer: Writer) -> None:
    store = DictionaryObject({name("/Certs"): ArrayObject(), name("/Names"): DictionaryObject()})
    writer.root[name("/DSS")] = writer.add_object(store)
    writer.update_root()


def extension_that_refers(writer: Writer) -> None:
    writer.root[name("/Extensions")] = DictionaryObject({name("/X"): writer.add_object(DictionaryObject())})
    writer.update_root()


CHANGES = [
    shadow_replace, shadow_font, shadow_hide, extra_page, removed_page, larger_page, changed_metadata, changed_info, evil_annotation,
    visible_seal, text_field, open_action, changed_catalog, other_attachment, empty_signature_field, loose_object, store_with_a_page_in_it,
    store_with_more, extension_that_refers,
]  # fmt: skip
LAST = {text_field: {"pdf.signatures"}, empty_signature_field: {"pdf.signatures"}}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
class TestUpdates:
    def test_refuses_it_behind_a_plain_document(
        self, signed: bytes, root: Authority, tsa: SampleTsa, change: Callable[[Writer], None]
    ) -> None:
        assert refusal_code(updated(signed, change), root=root, tsa=tsa) in LAST.get(change, {"pdf.modified"})

    def test_refuses_it_under_an_archive_timestamp(
        self, levels: Levels, root: Authority, tsa: SampleTsa, change: Callable[[Writer], None]
    ) -> None:
        forged = archived(updated(levels.lta, change), tsa=tsa, at=LATER)
        assert refusal_code(forged, root=root, tsa=tsa) in LAST.get(change, {"pdf.modified"})

    @pytest.mark.exhaustive
    def test_refuses_it_between_the_certification_and_the_first_timestamp(
        self, levels: Levels, root: Authority, tsa: SampleTsa, change: Callable[[Writer], None]
    ) -> None:
        for base in (levels.b, levels.t, levels.lt):
            forged = archived(updated(base, change), tsa=tsa, at=LATER)
            assert refusal_code(forged, root=root, tsa=tsa) in LAST.get(change, {"pdf.modified"})

    @pytest.mark.exhaustive
    def test_refuses_it_in_the_timestamps_own_revision(
        self,
        levels: Levels,
        root: Authority,
        tsa: SampleTsa,
        change: Callable[[Writer], None],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        from certificates.adapters.pdf import long_term

        class Sneaking(long_term._PlainUpdate):
            def __init__(self, *given: object, **more: object) -> None:
                super().__init__(*given, **more)
                change(self)

        monkeypatch.setattr(long_term, "_PlainUpdate", Sneaking)
        forged = archived(levels.lt, tsa=tsa, at=LATER)
        monkeypatch.undo()
        assert refusal_code(forged, root=root, tsa=tsa) in LAST.get(change, {"pdf.modified"})


class TestCertification:
    def test_refuses_a_second_signature(
        self,
        levels: Levels,
        root: Authority,
        tsa: SampleTsa,
        signing_key: PdfSigningKey,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("pyhanko.sign.validation.read_certification_data", lambda _: None)  # it would not sign
        stranger = make_signing_key(make_root())
        for key in (signing_key, stranger):  # one by an unknown CA is no better and no worse
            for base in (levels.b, levels.lta):
                more = signed_loosely(base, key, field="Second", subfilter=SigSeedSubFilter.PADES)
                assert refusal_code(more, root=root, tsa=tsa) == "pdf.signatures"
                assert refusal_code(archived(more, tsa=tsa, at=LATER), root=root, tsa=tsa) == "pdf.signatures"

    @pytest.mark.parametrize(
        ("permission", "change"), [(MDPPerm.ANNOTATE, evil_annotation), (MDPPerm.FILL_FORMS, empty_signature_field)]
    )
    def test_refuses_a_change_that_a_laxer_certification_allows(
        self,
        page: bytes,
        root: Authority,
        tsa: SampleTsa,
        signing_key: PdfSigningKey,
        permission: MDPPerm,
        change: Callable[[Writer], None],
    ) -> None:
        lax = signed_loosely(
            page, signing_key, certify=True, docmdp_permissions=permission, subfilter=SigSeedSubFilter.PADES
        )
        assert refusal_code(lax, root=root, tsa=tsa) == "pdf.docmdp"
        assert refusal_code(updated(lax, change), root=root, tsa=tsa) in {"pdf.modified", "pdf.signatures"}

    def test_refuses_a_timestamp_with_a_face(
        self, levels: Levels, root: Authority, tsa: SampleTsa, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from certificates.adapters.pdf import long_term

        class Faced(long_term.SigFieldSpec):  # type: ignore[name-defined, misc]
            def __init__(self, **given: object) -> None:
                super().__init__(**{**given, "box": (0, 0, 300, 300), "on_page": 0})

        monkeypatch.setattr(long_term, "SigFieldSpec", Faced)
        forged = archived(levels.lt, tsa=tsa, at=LATER)
        monkeypatch.undo()
        assert refusal_code(forged, root=root, tsa=tsa) == "pdf.modified"
