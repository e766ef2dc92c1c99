"""An agency's own seal: handed in at the administration, printed in the drawn one's place."""

import io
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image, PngImagePlugin

from accounts.core.errors import RecordError
from accounts.core.permissions import Role
from accounts.models import Agency
from accounts.services.read_seal_picture import read_seal_picture
from certificates.models import Certificate, Document
from certificates.services.read_document import read_document
from certificates.services.render_document import render_document
from tests.integration.admin_steps import signed_in
from tests.integration.factories import AT, Node

pytestmark = pytest.mark.django_db

GREEN = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#00ff00"/></svg>'
)


def png(size: tuple[int, int] = (400, 400), **options: Any) -> bytes:
    """A green bar over the upper half; nothing below."""
    target, picture = io.BytesIO(), Image.new("RGBA", size, "#00ff0000")
    picture.paste("#00ff00", (0, 0, size[0], size[1] // 2))
    picture.save(target, "PNG", **options)
    return target.getvalue()


@pytest.fixture
def client(node: Node) -> Client:
    return signed_in(Role.NODE_ADMIN)


def handed_in(client: Client, node: Node, data: bytes, **more: str) -> HttpResponse:
    agency = node.agency
    form = {"seal_number": agency.seal_number, "issues": "on", "relies": "on", "is_active": "on", **more}
    if data:
        form["seal_file"] = SimpleUploadedFile("seal", data)  # type: ignore[assignment]
    return client.post(reverse("admin:accounts_agency_change", args=[agency.pk]), form)  # type: ignore[return-value]


@pytest.mark.parametrize("picture", [GREEN, png()], ids=["svg", "png"])
def test_the_own_seal_is_printed_in_the_drawn_ones_place(client: Client, node: Node, picture: bytes) -> None:
    assert handed_in(client, node, picture).status_code == 302
    certificate = Certificate.objects.get(pk=node.issue())
    render_document(document_id=Document.objects.get(certificate=certificate, kind="pdf").pk, at=AT)
    file = pypdfium2.PdfDocument(read_document(certificate_id=certificate.pk))
    try:
        colours = {colour for _count, colour in file[0].render(scale=1).to_pil().getcolors(1 << 24)}
    finally:
        file.close()
    assert (0, 255, 0) in colours


def test_the_page_shows_it_and_takes_it_back(client: Client, node: Node) -> None:
    handed_in(client, node, GREEN)
    page = client.get(reverse("admin:accounts_agency_change", args=[node.agency.pk]))
    assert b"data:image/svg+xml;base64," in page.content
    handed_in(client, node, b"", drop_seal="on")
    assert Agency.objects.get(pk=node.agency.pk).seal_image is None


def test_refuses_a_drawing_with_a_script_and_keeps_the_old_one(client: Client, node: Node) -> None:
    answer = handed_in(client, node, GREEN.replace(b"<rect", b"<script/><rect"))
    assert answer.status_code == 200
    assert b"agency.seal_content" in answer.content
    assert Agency.objects.get(pk=node.agency.pk).seal_image is None


def test_texts_in_a_png_are_gone() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "by nobody")
    assert b"by nobody" not in read_seal_picture(data=png(pnginfo=texts))


def test_refuses_a_picture_that_would_hide_name_and_date() -> None:
    """A screenshot or a scan with its paper: nothing of it lets through what it is printed over."""
    for mode, colour in (("RGB", "#ffffff"), ("RGBA", "#ff000080")):
        target = io.BytesIO()
        Image.new(mode, (600, 500), colour).save(target, "PNG")
        with pytest.raises(RecordError) as refused:
            read_seal_picture(data=target.getvalue())
        assert refused.value.code == "agency.seal_opaque"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (png((100, 100)), "agency.seal_size"),
        (png((2000, 2000)), "agency.seal_size"),
        (png((1200, 300)), "agency.seal_size"),
        (png()[:60], "agency.seal_format"),
        (png().ljust(300 * 1024, b"\0"), "agency.seal_size"),
    ],
)
def test_refuses_a_picture_that_is_no_seal(data: bytes, code: str) -> None:
    with pytest.raises(RecordError) as refused:
        read_seal_picture(data=data)
    assert refused.value.code == code
