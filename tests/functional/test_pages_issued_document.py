"""The issuing desk downloads a licence's file, on its page and over the API; the holder reads who took it and why."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts.core.permissions import Role
from certificates.models import Document
from certificates.services.render_document import render_document
from tests.functional.page_steps import Journey, officer, refused_at_the_issuing_desk, words
from tests.integration.factories import AT, Node, make_agency
from verification.models import Lookup

pytestmark = pytest.mark.django_db
REASON = "窗口打印一份交申请人存档"


def made(journey: Journey) -> str:
    render_document(document_id=Document.objects.get(certificate=journey.licence, kind="pdf").pk, at=AT)
    return f"/issued/{journey.licence}/document"


def test_the_officer_downloads_the_file_and_the_holder_reads_why(node: Node, journey: Journey) -> None:
    desk = officer(node)
    assert "/document" not in desk.get(f"/issued/{journey.licence}").content.decode()  # not made yet
    address = made(journey)
    page = desk.get(f"/issued/{journey.licence}").content.decode()
    assert f'action="{address}"' in page
    assert 'value="ofd"' not in page

    answer = desk.post(address, {"purpose": REASON, "kind": "pdf"})

    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    told = words(journey.holder.get("/my/lookups").content)
    assert node.agency.name_zh in told
    assert REASON in told
    assert "签发机关取了文件" in told


def test_a_reload_is_no_look_and_a_poor_reason_is_told_on_the_licences_page(node: Node, journey: Journey) -> None:
    desk, address = officer(node), made(journey)
    before = Lookup.objects.count()
    assert desk.get(address)["Location"] == f"/issued/{journey.licence}"
    told = desk.post(address, {"purpose": "打印"})
    assert "事由太短" in words(told.content)
    assert re.search(r'name="purpose"[^>]*value="打印"[^>]*aria-invalid="true"', told.content.decode())
    assert "copy-number-error" not in told.content.decode()
    assert Lookup.objects.count() == before


def test_refuses_everybody_but_the_issuing_officers_of_the_own_agency(node: Node, journey: Journey) -> None:
    address = made(journey)
    clerk = officer(node, role=Role.COUNTER_OFFICER)
    for client, status in refused_at_the_issuing_desk(node, journey, clerk=clerk):
        assert client.post(address, {"purpose": REASON}).status_code == status
    assert not Lookup.objects.filter(outcome="fetched").exists()
    assert "/document" not in clerk.get(f"/issued/{journey.licence}").content.decode()


def test_the_api_gives_the_same_file_with_its_headers(node: Node, journey: Journey) -> None:
    made(journey)
    desk = officer(node)
    answer = by_api(desk, journey.licence, {"purpose": REASON})
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="licence.pdf"'
    assert answer["Cache-Control"] == "no-store"
    assert by_api(desk, journey.licence, {}).status_code == 400


def test_the_api_refuses_another_agency_as_if_there_were_no_such_licence(node: Node, journey: Journey) -> None:
    made(journey)
    answer = by_api(officer(node, agency_uscc=make_agency(which="hz_land").uscc), journey.licence, {"purpose": REASON})
    assert (answer.status_code, answer.json()["code"]) == (404, "issue.unknown")


def by_api(client: Client, licence: UUID, body: dict[str, str]) -> Any:
    return client.post(f"/api/v1/certificates/{licence}/document", body, content_type="application/json")
