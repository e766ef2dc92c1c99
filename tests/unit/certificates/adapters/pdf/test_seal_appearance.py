"""The seal on the page is the signature's appearance: the same visual, whether a viewer draws form fields or not."""

import io
from dataclasses import replace

import numpy as np
import pypdfium2
from PIL import Image
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

from certificates.adapters.pdf.content import DocumentContent
from certificates.adapters.pdf.facts import TrustAnchor
from certificates.adapters.pdf.read import read_document
from certificates.adapters.pdf.render import render
from certificates.adapters.pdf.seal_appearance import find_seal
from certificates.adapters.pdf.sign import PdfSigningKey, sign
from tests.unit.certificates.adapters.pdf.sample import AT, Authority

SCALE = 2.0


def picture(pdf: bytes, *, fields: bool) -> np.ndarray:
    document = pypdfium2.PdfDocument(pdf)
    try:
        if fields:
            document.init_forms()
        return np.asarray(document[0].render(scale=SCALE, may_draw_forms=fields).to_pil().convert("RGB")).astype(int)
    finally:
        document.close()


def widget(pdf: bytes) -> dict[str, object]:
    (field,) = PdfFileReader(io.BytesIO(pdf)).root["/AcroForm"]["/Fields"]
    return field.get_object()  # type: ignore[no-any-return]


def in_the_box(image: np.ndarray, pdf: bytes) -> np.ndarray:
    left, low, right, high = (float(one) * SCALE for one in widget(pdf)["/Rect"])  # type: ignore[attr-defined]
    top = image.shape[0]
    return image[round(top - high) : round(top - low), round(left) : round(right)]


def red(image: np.ndarray) -> np.ndarray:
    return (image[..., 0] > 150) & (image[..., 1] < 110) & (image[..., 2] < 110)


def black(image: np.ndarray) -> np.ndarray:
    return (image < 60).all(axis=-1)


def test_seen_with_fields_or_without_it_is_one_seal(signed: bytes) -> None:
    without, drawn = (in_the_box(picture(signed, fields=fields), signed) for fields in (False, True))
    assert red(without).mean() > 0.1
    assert (red(without) & ~red(drawn)).sum() == 0  # nothing of it is lost,
    assert (red(drawn) & ~red(without)).mean() < 0.04  # and nothing is drawn elsewhere but its rims' half-tones
    assert black(without).sum() > 500
    assert (black(without) & ~black(drawn)).sum() == 0  # the agency's name over it stays black


def test_nothing_outside_of_the_seal_changes_by_drawing_the_field(signed: bytes) -> None:
    without, drawn = picture(signed, fields=False), picture(signed, fields=True)
    changed = np.abs(without - drawn).max(axis=-1) > 8
    assert changed.sum() > 1000
    inside = in_the_box(changed, signed).sum()
    assert inside == changed.sum()


def test_the_field_is_printed_and_named_for_who_cannot_see(signed: bytes) -> None:
    field = widget(signed)
    assert field["/F"] == 132  # print, locked: ISO 19005-3 section 6.3.2 demands the first
    assert "印章" in str(field["/TU"])
    assert list(field["/AP"]) == ["/N"]  # type: ignore[call-overload]


def test_the_agencys_own_picture_is_its_appearance_too(
    content: DocumentContent, signing_key: PdfSigningKey, root: Authority
) -> None:
    drawn = io.BytesIO()
    Image.new("RGBA", (300, 300), (200, 20, 30, 255)).save(drawn, "PNG")
    pdf = sign(render(replace(content, seal_image=drawn.getvalue())), signer=signing_key, at=AT)
    assert red(in_the_box(picture(pdf, fields=True), pdf)).mean() > 0.5
    read_document(pdf, trust_anchors=[TrustAnchor(der=root.certificate, valid_from=AT)], at=AT)


def test_a_page_without_a_seal_is_signed_unseen(signing_key: PdfSigningKey) -> None:
    writer = PdfFileWriter()
    content = writer.add_object(StreamObject(stream_data=b"0 g"))
    writer.insert_page(PageObject(contents=content, media_box=(0, 0, 200, 200)))
    output = io.BytesIO()
    writer.write(output)
    assert find_seal(PdfFileReader(output)) is None
    pdf = sign(output.getvalue(), signer=signing_key, at=AT)
    assert [float(one) for one in widget(pdf)["/Rect"]] == [0, 0, 0, 0]  # type: ignore[attr-defined]
    assert "/AP" not in widget(pdf)
