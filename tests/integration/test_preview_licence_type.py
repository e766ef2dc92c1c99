"""Administrators look at a type's page before anything is issued: a sample that says so, signed by nothing."""

import pypdfium2
import pytest
import zxingcpp
from django.urls import reverse
from PIL import Image

from accounts.core.errors import NotPermitted
from accounts.core.permissions import Role
from certificates.core.errors import LicenceTypeError
from certificates.models import Certificate, Document, IssuerKey, StatusEntry
from certificates.services.load_licence_types import load_licence_types
from certificates.services.preview_licence_type import preview_licence_type
from tests.integration.admin_steps import signed_in
from tests.integration.factories import AT, CONSTRUCTOR, TEMPLATES, make_agency, officer_of, type_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def _one_type() -> None:
    load_licence_types(definitions=[type_data(CONSTRUCTOR)], templates=TEMPLATES, at=AT)


def sample() -> pypdfium2.PdfDocument:
    caller = officer_of(make_agency(), role=Role.AGENCY_ADMIN)
    (page,) = preview_licence_type(caller=caller, code=CONSTRUCTOR, at=AT)
    return pypdfium2.PdfDocument(page)


@pytest.mark.usefixtures("_one_type")
def test_a_sample_is_made_without_any_key_and_leaves_nothing_behind() -> None:
    assert not IssuerKey.objects.exists()
    document = sample()
    try:
        assert document.get_formtype() == pypdfium2.raw.FORMTYPE_NONE
        assert pypdfium2.raw.FPDF_GetSignatureCount(document) == 0
        carried = [document.get_attachment(index).get_name() for index in range(document.count_attachments())]
    finally:
        document.close()
    assert not any("credential" in name for name in carried)
    assert not any(model.objects.exists() for model in (Certificate, Document, StatusEntry))


@pytest.mark.usefixtures("_one_type")
def test_a_sample_says_so_across_the_page_in_the_code_and_in_the_statement() -> None:
    document = sample()
    try:
        text = "".join(document[0].get_textpage().get_text_range().split())
        picture: Image.Image = document[0].render(scale=150 / 72).to_pil()
    finally:
        document.close()
    assert "样张SAMPLE" in text
    assert "不具法律效力" in text
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text.startswith("样张：不是证照")
    assert not code.text.startswith("HZ1:")


@pytest.mark.usefixtures("_one_type")
@pytest.mark.parametrize("role", [Role.ISSUING_OFFICER, Role.COUNTER_OFFICER, Role.AGENCY_SYSTEM])
def test_refuses_everybody_but_administrators(role: Role) -> None:
    caller = officer_of(make_agency(), role=role)
    with pytest.raises(NotPermitted):
        preview_licence_type(caller=caller, code=CONSTRUCTOR, at=AT, as_pictures=True)


@pytest.mark.usefixtures("_one_type")
def test_the_pages_show_list_picture_and_file() -> None:
    client = signed_in(Role.AGENCY_ADMIN, agency=make_agency())
    assert (
        reverse("certificates:preview", args=[CONSTRUCTOR])
        in client.get(reverse("certificates:previews")).content.decode()
    )
    page = client.get(reverse("certificates:preview", args=[CONSTRUCTOR]))
    assert b"data:image/png;base64," in page.content
    file = client.get(reverse("certificates:preview_file", args=[CONSTRUCTOR]))
    assert file.content.startswith(b"%PDF-1.7")
    assert client.get(reverse("certificates:preview", args=["11100000000013338W999"])).status_code == 404


def test_refuses_an_unknown_type() -> None:
    caller = officer_of(make_agency(), role=Role.NODE_ADMIN)
    with pytest.raises(LicenceTypeError) as refused:
        preview_licence_type(caller=caller, code=CONSTRUCTOR, at=AT)
    assert refused.value.code == "licence_type.unknown"


@pytest.mark.usefixtures("_one_type")
def test_refuses_officers_at_the_page() -> None:
    client = signed_in(Role.ISSUING_OFFICER, agency=make_agency())
    assert client.get(reverse("certificates:previews")).status_code == 403
