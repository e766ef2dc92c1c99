"""A document at PAdES B-LTA at a counter: judged by the time that its timestamps prove, under the authorities of the trust list."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from pytest_django import Settings

from certificates.models import Document, IssuerKey
from certificates.services.mark_key_compromised import mark_key_compromised
from certificates.services.read_document import read_document
from certificates.services.render_document import render_document
from tests.integration.factories import Node
from tests.integration.recognition_steps import World, asked, counter, make_world, outcomes
from tests.integration.test_verify_document import WHOLE
from tests.integration.timestamp_steps import SOON, MovedAuthority
from verification.models import RecognitionRule
from verification.services.asked import VerificationAnswer
from verification.services.verify_document import verify_document

pytestmark = [pytest.mark.django_db, pytest.mark.real_network, pytest.mark.usefixtures("own_files")]


@pytest.fixture
def world(tsa: MovedAuthority, node: Node, settings: Settings) -> World:
    made = make_world(node, settings)
    RecognitionRule.objects.update(presence_required=False)
    return made


@pytest.fixture
def pdf(world: World, issued: UUID) -> bytes:
    render_document(document_id=Document.objects.get(certificate=issued, kind="pdf").pk, at=SOON)
    assert Document.objects.get(certificate=issued, kind="pdf").level == "B-LTA"
    return read_document(certificate_id=issued)


def look(data: bytes, *, at: datetime = SOON + timedelta(minutes=1), key: str = "file-0001") -> VerificationAnswer:
    request = asked("", fields=WHOLE)
    return verify_document(caller=counter(), request=request, data=data, idempotency_key=key, at=at)


def notes(answer: VerificationAnswer) -> list[str]:
    return [note["code"] for note in answer.body["verdict"]["checks"][7].get("notes", ())]


def test_a_released_document_is_valid_at_the_proven_time(pdf: bytes) -> None:
    answer = look(pdf)
    assert answer.body["verdict"]["outcome"] == "valid", outcomes(answer.body)
    assert outcomes(answer.body)[8] == ("passed", "document.agrees")
    assert notes(answer) == ["document.judged_then"]


def test_it_stays_valid_where_its_key_is_compromised_later(pdf: bytes, world: World) -> None:
    later = SOON + timedelta(hours=1)
    kid = IssuerKey.objects.get(use="document").kid
    mark_key_compromised(kid=kid, since=later, at=later)
    answer = look(pdf, at=later + timedelta(minutes=1))
    assert outcomes(answer.body)[8] == ("passed", "document.agrees")


def test_a_file_cut_back_to_its_certification_is_judged_as_what_it_then_is(pdf: bytes) -> None:
    first_end = pdf.index(b"%%EOF\n", pdf.index(b"/ByteRange [0 ")) + len(b"%%EOF\n")
    answer = look(pdf[:first_end])
    assert outcomes(answer.body)[8] == ("passed", "document.agrees")
    assert notes(answer) == ["document.judged_then", "document.not_byte_exact"]


def test_an_authority_that_left_the_trust_list_leaves_the_document_open(
    pdf: bytes, world: World, node: Node, settings: Settings
) -> None:
    from dataclasses import replace

    from django.conf import settings as own

    own.NODE = replace(own.NODE, tsa=None)
    world.trust()
    answer = look(pdf)
    assert outcomes(answer.body)[8] == ("undetermined", "document.timestamp_untrusted")
