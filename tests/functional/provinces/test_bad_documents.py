"""PDFs that a counter does not believe: changed after signing, never signed, no PDF at all, or too large."""

import io
import json

import pypdfium2
import pytest

from demo.clients import Answer
from demo.journey import DOCUMENT_SECONDS, TENDER_ZHEJIANG, codes_of, outcome_of
from demo.story import eventually
from tests.functional.provinces.steps import SHOWN, own_reason, problem, raw
from tests.functional.provinces.world import Provinces

UPLOADS = "/api/v1/verifications/document"
MAX_BYTES = 10 * 1024 * 1024


@pytest.fixture(scope="module")
def pdf(provinces: Provinces, licence: str) -> bytes:
    """Zhou's document as its holder downloads it."""
    path = f"/api/v1/me/certificates/{licence}/document"
    eventually(lambda: provinces.holder.get(path).status == 200, seconds=DOCUMENT_SECONDS, otherwise="no document")
    return bytes(provinces.holder.get(path).content)


def upload(provinces: Provinces, data: bytes, **changes: str) -> Answer:
    look = own_reason(TENDER_ZHEJIANG)
    fields = {
        "matter_code": look.matter_code,
        "case_number": look.case_number(),
        "purpose": look.purpose,
        "fields": json.dumps(SHOWN),
    }
    return provinces.counter.upload(UPLOADS, fields | changes, name="canary.pdf", data=data)


def never_believed(provinces: Provinces, data: bytes, *codes: str) -> None:
    answer = upload(provinces, data).expect(200)
    assert outcome_of(answer) == "INVALID", codes_of(answer)
    assert codes_of(answer) & set(codes), codes_of(answer)
    assert answer["view"]["fields"] == []


def test_believes_the_document_as_it_was_signed_but_takes_it_for_nobodys_presence(
    provinces: Provinces, pdf: bytes
) -> None:
    answer = upload(provinces, pdf).expect(200)

    assert outcome_of(answer) == "UNDETERMINED"  # the rule there wants the holder to be present
    assert {"signature.good", "status.valid", "document.agrees", "presenter.not_checked"} <= codes_of(answer)
    open_checks = {check["code"] for check in answer["verdict"]["checks"] if check["outcome"] == "undetermined"}
    assert open_checks == {"presenter.not_checked"}


def test_refuses_a_document_with_one_byte_changed(provinces: Provinces, pdf: bytes) -> None:
    at = pdf.index(b"stream\n") + 40
    never_believed(
        provinces, pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :], "pdf.timestamp"
    )  # the first that does not fit


def test_refuses_a_document_with_something_appended_after_signing(provinces: Provinces, pdf: bytes) -> None:
    never_believed(provinces, pdf + b"\n% one more line\n", "pdf.trailing")
    never_believed(provinces, pdf + pdf, "pdf.trailing")


def test_refuses_a_document_saved_again_by_another_program(provinces: Provinces, pdf: bytes) -> None:
    document = pypdfium2.PdfDocument(pdf)
    saved = io.BytesIO()
    document.save(saved)
    document.close()

    never_believed(provinces, saved.getvalue(), "pdf.coverage", "pdf.gap")


def test_refuses_a_document_that_was_never_signed(provinces: Provinces) -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    saved = io.BytesIO()
    document.save(saved)
    document.close()

    never_believed(provinces, saved.getvalue(), "pdf.unsigned")


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\n" + b"<<" * 9000])
def test_refuses_what_only_begins_as_a_pdf(provinces: Provinces, data: bytes) -> None:
    never_believed(provinces, data, "pdf.unreadable")


@pytest.mark.parametrize("data", [b"canary", b"\x00" * 5000])
def test_refuses_what_is_no_document(provinces: Provinces, data: bytes) -> None:
    never_believed(provinces, data, "pdf.other_format")


def test_refuses_what_only_begins_as_an_ofd(provinces: Provinces) -> None:
    never_believed(provinces, b"PK\x03\x04", "ofd.container")


def test_refuses_a_document_cut_short(provinces: Provinces, pdf: bytes) -> None:
    never_believed(provinces, pdf[: len(pdf) // 2], "pdf.unreadable")


def test_refuses_a_document_that_is_too_large(provinces: Provinces) -> None:
    answer = upload(provinces, b"%PDF-1.7\n" + b"canary" * (MAX_BYTES // 6 + 10))

    problem(answer, status=413, code="request.too_large", without="canary")


@pytest.mark.parametrize("kind", ["application/pdf", "application/json", "text/plain", "application/zip"])
def test_refuses_a_document_sent_as_another_content_type(provinces: Provinces, kind: str) -> None:
    answer = raw(provinces.counter, "POST", UPLOADS, b"%PDF-1.7 canary", Content_Type=kind)

    problem(answer, status=415, code="request.unsupported_media_type", without="canary")


@pytest.mark.parametrize(
    "fields", ["canary", "[]", '{"holder_name":"canary"}', '{"a":"full","a":"full"}', "null", "{" * 50]
)
def test_refuses_fields_that_are_no_mapping_to_grains(provinces: Provinces, fields: str) -> None:
    answer = upload(provinces, b"%PDF-1.7", fields=fields)

    problem(answer, status=400, code="request.invalid", without="canary")


def test_refuses_a_form_without_its_document(provinces: Provinces) -> None:
    look = own_reason(TENDER_ZHEJIANG)
    answer = provinces.counter.upload(UPLOADS, {"matter_code": look.matter_code}, name="", data=b"")

    problem(answer, status=400, code="request.invalid")
