"""The agency that issued a licence takes its file: with a reason, recorded every time, and nobody else's agency can."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.core.errors import NotPermitted
from accounts.core.permissions import Role, Scope
from certificates.core.errors import CertificatesError, DocumentError, IssueError
from certificates.models import Document
from certificates.services.erase_holder import erase_holder
from certificates.services.read_document import read_document
from certificates.services.render_document import render_document
from tests.integration.factories import AT, Node, holder_caller, make_agency, officer_of, owner_of
from tests.integration.recognition_steps import World, counter
from verification.core.errors import PolicyError
from verification.core.lookup_entry import EntryKind, parse_entry
from verification.core.lookup_members import Member
from verification.models import LogEntry, Lookup
from verification.services.fetch_issued_document import IssuedDocument, fetch_issued_document
from verification.services.my_lookups import my_lookups

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files", "world")]
REASON = "窗口打印一份交申请人存档"


@pytest.fixture
def licence(node: Node, world: World) -> UUID:
    certificate_id = node.issue()
    render_document(document_id=Document.objects.get(certificate=certificate_id, kind="pdf").pk, at=AT)
    return certificate_id


def fetched(node: Node, licence: UUID, **changes: Any) -> IssuedDocument:
    given: dict[str, Any] = {"caller": node.officer, "certificate_id": licence, "purpose": REASON, "at": AT}
    return fetch_issued_document(**(given | changes))


def test_gives_the_released_file(node: Node, licence: UUID) -> None:
    assert fetched(node, licence).data == read_document(certificate_id=licence)


@pytest.mark.international
def test_a_node_that_makes_no_ofd_says_so(node: Node, licence: UUID) -> None:
    with pytest.raises(DocumentError) as refused:
        fetched(node, licence, kind="ofd")
    assert refused.value.code == "ofd.not_made"


def test_every_hand_out_is_an_entry_that_the_holder_can_read(node: Node, licence: UUID) -> None:
    looks = [fetched(node, licence).lookup_id, fetched(node, licence).lookup_id]
    assert [parse_entry(bytes(row.leaf)).kind for row in LogEntry.objects.order_by("pk")][-2:] == [
        EntryKind.LOOKUP_FETCHED
    ] * 2
    lines = my_lookups(caller=holder_caller(owner_of(licence)), at=AT)
    assert {line.lookup_id for line in lines} == set(looks)
    line = lines[0]
    assert (line.side, line.outcome, line.by_reader) == ("home", "fetched", False)
    assert (line.member(Member.AGENCY_NAME), line.member(Member.PURPOSE)) == (node.agency.name_zh, REASON)
    assert line.member(Member.OPERATOR_POST) == "窗口"
    assert line.member(Member.OPERATOR_NAME) is None  # nobody's name behind a counter
    assert {item.grain for item in line.fields} == {"full"}
    assert {"holder_code", "holder_name"} <= {item.name for item in line.fields}


def test_refuses_the_officer_of_another_agency_as_if_there_were_no_such_licence(node: Node, licence: UUID) -> None:
    stranger = officer_of(make_agency(which="hz_land"))
    codes = []
    for caller, certificate_id in ((stranger, licence), (stranger, uuid4()), (node.officer, uuid4())):
        with pytest.raises(IssueError) as refused:
            fetched(node, certificate_id, caller=caller)
        codes.append((refused.value.code, str(refused.value)))
    assert set(codes) == {codes[0]}
    assert not Lookup.objects.exists()


def test_refuses_everybody_of_the_agency_who_does_not_issue(node: Node, licence: UUID) -> None:
    own = node.agency.uscc
    system = replace(
        officer_of(node.agency, role=Role.AGENCY_SYSTEM), scopes=frozenset({Scope.CERTIFICATES_READ.value})
    )
    people = (
        counter(uscc=own),
        officer_of(node.agency, role=Role.AGENCY_ADMIN),
        officer_of(node.agency, role=Role.NODE_ADMIN),
        officer_of(node.agency, role=Role.AUDITOR),
        holder_caller(owner_of(licence)),
        system,
    )
    for caller in people:
        with pytest.raises(NotPermitted):
            fetched(node, licence, caller=caller)
    assert not Lookup.objects.exists()


def test_refuses_an_officer_without_an_agency(node: Node, licence: UUID) -> None:
    with pytest.raises(IssueError):
        fetched(node, licence, caller=replace(node.officer, agency_uscc=None))


@pytest.mark.parametrize(
    ("purpose", "code"),
    [("", "purpose.too_short"), ("测试", "purpose.placeholder"), ("看" * 400, "purpose.too_long")],
)
def test_refuses_a_hand_out_without_a_reason_that_says_something(
    node: Node, licence: UUID, purpose: str, code: str
) -> None:
    with pytest.raises(PolicyError) as refused:
        fetched(node, licence, purpose=purpose)
    assert refused.value.code == code
    assert not Lookup.objects.exists()


def test_a_file_that_is_not_ready_is_no_look(node: Node, world: World) -> None:
    with pytest.raises(DocumentError) as refused:
        fetched(node, node.issue())
    assert refused.value.code == "document.not_ready"
    assert not Lookup.objects.exists()


def test_refuses_the_file_of_an_erased_person(node: Node, licence: UUID) -> None:
    erase_holder(holder_id=owner_of(licence), at=AT)
    with pytest.raises(CertificatesError):
        fetched(node, licence)
