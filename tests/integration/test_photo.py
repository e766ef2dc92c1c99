"""A licence with a photo: the digest is signed, the picture is sealed, printed and carried."""

import base64
import io
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from certificates.adapters.photos import normalised_photo
from certificates.core.errors import IssueError
from certificates.core.kind_rules import FieldError
from certificates.core.photos import PHOTO_NAME, photo_value
from certificates.models import Certificate, Document
from certificates.services.erase_holder import erase_holder
from certificates.services.load_licence_types import load_licence_types
from certificates.services.read_document import read_document
from certificates.services.render_document import render_document
from tests.integration.factories import AT, CONSTRUCTOR, TEMPLATES, Node, type_data

PHOTO_FIELD = {
    "name": "photo",
    "title_zh": "照片",
    "title_en": "Photo",
    "short_name": "KZ_ZP",
    "kind": "photo",
    "sensitivity": "sensitive",
    "required": True,
    "grains": ["full"],
}


def portrait(colour: str = "#9ab") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (300, 375), colour).save(target, "JPEG")
    return target.getvalue()


@pytest.fixture
def node(node: Node) -> Node:
    """The node's constructor type has a photo from its next version on."""
    data: dict[str, Any] = type_data(CONSTRUCTOR)
    fields = [field for field in data["fields"] if field["kind"] != "photo"]
    data |= {"version": 9, "vct": f"urn:huzheng:licence-type:{CONSTRUCTOR}:9", "fields": [*fields, PHOTO_FIELD]}
    data["layout"].pop("template", None)  # the generic page has a place for it
    load_licence_types(definitions=[data], templates=TEMPLATES, at=AT)
    return node


def issued(node: Node, photo: bytes | None = None) -> Certificate:
    picture = portrait() if photo is None else photo
    return Certificate.objects.get(pk=node.issue(replace(node.request(), photo=picture)))


def file_of(certificate: Certificate) -> pypdfium2.PdfDocument:
    render_document(document_id=Document.objects.get(certificate=certificate, kind="pdf").pk, at=AT)
    return pypdfium2.PdfDocument(read_document(certificate_id=certificate.pk))


@pytest.mark.django_db
def test_the_file_carries_the_picture_whose_digest_was_signed(node: Node) -> None:
    document = file_of(issued(node))
    try:
        files = {
            one.get_name().removeprefix("/"): bytes(one.get_data())
            for one in (document.get_attachment(index) for index in range(document.count_attachments()))
        }
        pictures = [one for one in document[0].get_objects() if one.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    finally:
        document.close()
    kept = normalised_photo(portrait())
    assert files[PHOTO_NAME] == kept
    assert photo_value(kept) in files["metadata.xml"].decode()
    disclosed = [base64.urlsafe_b64decode(part + b"===") for part in files["credential.sd-jwt"].split(b"~")[1:] if part]
    assert any(photo_value(kept).encode() in one for one in disclosed)
    assert len(pictures) == 1


@pytest.mark.django_db
def test_the_picture_lies_sealed_and_goes_with_its_owner(node: Node) -> None:
    certificate = issued(node)
    assert bytes(certificate.sealed_photo or b"")
    assert b"\xff\xd8\xff" not in bytes(certificate.sealed_photo or b"")
    erase_holder(holder_id=certificate.holder_links.get().holder_id, at=AT)
    certificate.refresh_from_db()
    assert certificate.sealed_photo is None


@pytest.mark.django_db
def test_refuses_a_licence_without_the_photo_that_its_type_asks_for(node: Node) -> None:
    with pytest.raises(FieldError) as refused:
        node.issue(node.request())
    assert (refused.value.code, refused.value.field) == ("licence_type.field.missing", "photo")


@pytest.mark.django_db
def test_refuses_a_digest_in_the_place_of_a_picture(node: Node) -> None:
    with pytest.raises(IssueError) as refused:
        node.issue(node.request(values={"photo": photo_value(portrait())}))
    assert refused.value.code == "issue.photo_stated"


@pytest.mark.django_db
def test_refuses_a_photo_where_the_type_has_none(node: Node) -> None:
    with pytest.raises(IssueError) as refused:
        node.issue(replace(node.request("11100000MB0000000P001"), photo=portrait()))
    assert refused.value.code == "issue.photo_unexpected"


@pytest.mark.django_db
def test_refuses_what_is_no_picture(node: Node) -> None:
    with pytest.raises(IssueError) as refused:
        node.issue(replace(node.request(), photo=b"%PDF-1.7"))
    assert refused.value.code == "issue.photo_format"
    assert not Certificate.objects.exists()


@pytest.mark.django_db
def test_another_photo_under_the_same_key_is_another_request(node: Node) -> None:
    node.issue(replace(node.request(), photo=portrait()))
    with pytest.raises(IssueError) as refused:
        node.issue(replace(node.request(), photo=portrait("#123")))
    assert refused.value.code == "idempotency.other_body"
