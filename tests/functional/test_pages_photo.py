"""The issuing desk with a photo: chosen once, shown for comparison, carried on, and issued."""

import base64
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from certificates.adapters.photos import normalised_photo
from certificates.models import Certificate
from certificates.services.load_licence_types import load_licence_types
from tests.functional.page_steps import hidden, officer, words
from tests.functional.test_pages_issue import form_of
from tests.integration.factories import AT, CONSTRUCTOR, TEMPLATES, Node, type_data
from tests.integration.test_photo import PHOTO_FIELD

pytestmark = pytest.mark.django_db
ADDRESS = f"/issue/{CONSTRUCTOR}"


@pytest.fixture
def node(node: Node) -> Node:
    """The node's constructor type has a photo from its next version on, which a licence may lack."""
    data: dict[str, Any] = type_data(CONSTRUCTOR)
    fields = [field for field in data["fields"] if field["kind"] != "photo"] + [PHOTO_FIELD | {"required": False}]
    data |= {"version": 9, "vct": f"urn:huzheng:licence-type:{CONSTRUCTOR}:9", "fields": fields}
    load_licence_types(definitions=[data], templates=TEMPLATES, at=AT)
    return node


def portrait() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    target = io.BytesIO()
    Image.new("RGB", (300, 375), "#99aabb").save(target, "JPEG", exif=exif.tobytes())
    return target.getvalue()


def checked(client: Client, photo: bytes) -> bytes:
    form = form_of(client, CONSTRUCTOR)
    page: bytes = client.post(ADDRESS, {**form, "photo": SimpleUploadedFile("me.jpg", photo), "step": "check"}).content
    return page


def test_a_photo_is_shown_for_comparison_and_issued_as_it_was_shown(node: Node) -> None:
    client = officer(node)
    page = checked(client, portrait())
    ready = hidden(page, "photo_ready")
    shown = base64.b64decode(ready)
    assert shown == normalised_photo(portrait())
    assert b"taken at home" not in shown
    assert f"data:image/jpeg;base64,{ready}".encode() in page

    form = {**form_of(client, CONSTRUCTOR), "idempotency_key": hidden(page, "idempotency_key"), "photo_ready": ready}
    edited = client.post(ADDRESS, {**form, "step": "edit"}).content
    assert hidden(edited, "photo_ready")
    assert client.post(ADDRESS, {**form, "step": "issue"}).status_code == 302
    assert Certificate.objects.get().sealed_photo is not None


@pytest.mark.parametrize(
    ("data", "told"), [(b"%PDF-1.7 no picture", "照片不能读取"), (b"\xff\xd8" + b"a" * 200_000, "照片不合要求")]
)
def test_refuses_at_the_field_what_is_no_photo(node: Node, data: bytes, told: str) -> None:
    page = checked(officer(node), data)
    assert told in words(page)
    assert not Certificate.objects.exists()


def test_refuses_a_carried_picture_that_is_none(node: Node) -> None:
    client = officer(node)
    form = {**form_of(client, CONSTRUCTOR), "photo_ready": "bm8gcGljdHVyZQ==", "step": "issue"}
    assert "照片不能读取" in words(client.post(ADDRESS, form).content)
    assert not Certificate.objects.exists()
