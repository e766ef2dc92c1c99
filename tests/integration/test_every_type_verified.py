"""Every licence of the demo and of the gallery, as files: archived PDF and sealed OFD are VALID by files alone, whatever they hold."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from certificates.core.issue_request import IssueRequest
from certificates.models import Document
from certificates.services.create_issuer_key import create_issuer_key
from certificates.services.initialise_node import initialise_node
from certificates.services.load_licence_types import load_licence_types
from certificates.services.read_document import read_document
from certificates.services.render_document import render_document
from demo.gallery.licences import sample_licences
from demo.people import read_licence_types
from demo.portraits import portrait_of
from tests.integration.factories import AT, Node, make_agency, officer_of
from tests.integration.recognition_steps import World, make_world
from tests.integration.test_verify_offline import codes, taken_along
from tests.integration.timestamp_steps import asked_by_the_node
from verification.core.verdict import VerdictOutcome
from verification.services.verify_offline import verify_offline

pytestmark = [pytest.mark.django_db, pytest.mark.real_network]

LICENCES = {one["id"]: one for one in sample_licences()}
# A card, whose seal is on its second side; and several values of one item, dates among them.
ALWAYS = ("zhang_id_card", "zhang_zhou_marriage")


@pytest.fixture
def world(node_folder: Path, settings: Settings, tmp_path: Path, own_files: None) -> Iterator[World]:
    """A guomi node with a timestamp authority, whose one agency issues every type."""
    settings.NODE = replace(settings.NODE, profile="guomi")
    with asked_by_the_node(tmp_path, at=AT):
        initialise_node(at=AT)
        types, templates = read_licence_types()
        load_licence_types(definitions=types, templates=templates, at=AT)
        agency = make_agency()
        kid = create_issuer_key(agency_uscc=agency.uscc, licence_types=[one["code"] for one in types], at=AT)
        yield make_world(Node(agency=agency, kid=kid, officer=officer_of(agency)), settings)


def request(node: Node, licence: dict[str, Any]) -> IssueRequest:
    agency = {"issuing_authority": node.agency.name_zh, "issuing_authority_code": node.agency.uscc}
    end = licence.get("valid_until")
    return IssueRequest(
        type_code=licence["type"],
        values=licence["values"] | agency,
        valid_from=date.fromisoformat(licence["valid_from"]),
        valid_until=date.fromisoformat(end) if end else None,
        photo=portrait_of(licence.get("portrait", ())),
    )


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in ALWAYS else [pytest.mark.exhaustive]) for name in sorted(LICENCES)],
)
def test_is_valid_as_an_archived_pdf_and_as_an_ofd(name: str, world: World) -> None:
    certificate_id = world.node.issue(request(world.node, LICENCES[name]))
    files = taken_along(world, world.trust(issued_at=AT - timedelta(hours=1)))
    for document in Document.objects.filter(certificate=certificate_id):
        assert render_document(document_id=document.pk, at=AT)
        told = verify_offline(data=read_document(certificate_id=certificate_id, kind=document.kind), files=files, at=AT)
        assert told.verdict.outcome is VerdictOutcome.VALID, (document.kind, codes(told))
    assert [one.level for one in Document.objects.filter(kind="pdf")] == ["B-LTA"]
    assert {one.kind for one in Document.objects.all()} == {"pdf", "ofd"}
