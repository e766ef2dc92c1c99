"""Purpose copies 加注件 that holders have made: what they state, what is recorded of them, and whose word they follow."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from django.core.files.storage import default_storage

from certificates.adapters.document_store import keep_file
from certificates.adapters.pdf.render import render
from certificates.core.errors import CopyError, DocumentError
from certificates.core.grains import Grain
from certificates.core.sealed_places import certificate_subject, place
from certificates.models import Certificate, PurposeCopy, StatusEntry
from certificates.queries.licence_types import licence_type_definition
from certificates.services import copy_pdf
from certificates.services.draw_copy_page import LayOut
from certificates.services.revoke_certificate import revoke_certificate
from tests.integration.copy_steps import (
    CHOSEN,
    PURPOSE,
    RECIPIENT,
    copy_file,
    everything_in,
    facts_of,
    fetched,
    ordered,
    rendered,
    row_of,
    says,
)
from tests.integration.factories import AT, CONSTRUCTOR, FOOD, Node, holder_caller, owner_of, sample
from tests.integration.recognition_steps import World, asked, counter, outcomes, values
from verification.core.errors import PolicyError
from verification.core.lookup_entry import EntryKind, parse_entry
from verification.core.lookup_members import Member
from verification.models import LogEntry, RecognitionRule
from verification.services.asked import VerificationAnswer
from verification.services.my_lookups import my_lookups
from verification.services.publish_log import publish_log
from verification.services.verify_document import verify_document
from verification.services.verify_presentation import verify_presentation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(world: World, own_files: None) -> World:
    RecognitionRule.objects.update(presence_required=False)
    return world


def scan(text: str, *, key: str = "scan-0001", **changes: Any) -> VerificationAnswer:
    at = changes.pop("at", AT)
    return verify_presentation(caller=counter(), request=asked(text, **changes), idempotency_key=key, at=at)


def look(data: bytes, *, key: str = "file-0001", **changes: Any) -> VerificationAnswer:
    at = changes.pop("at", AT)
    return verify_document(caller=counter(), request=asked("", **changes), data=data, idempotency_key=key, at=at)


def code_in(pdf: bytes) -> str:
    code = facts_of(pdf).code
    assert code is not None
    return code


def test_a_copys_code_verifies_and_says_for_what_and_for_whom(issued: UUID) -> None:
    body = scan(code_in(copy_file(issued))).body

    assert body["verdict"]["outcome"] != "invalid", outcomes(body)
    assert outcomes(body)[4] == ("passed", "copy.in_force")
    assert outcomes(body)[5] == ("passed", "copy.valid")
    told = body["view"]["copy"]
    row = PurposeCopy.objects.get()
    assert (told["number"], told["purpose"], told["recipient"]) == (row.number, PURPOSE, RECIPIENT)
    assert told["expires_at"] == "2026-11-30T01:00:00Z"
    assert told["note"]["code"] == "copy.only_for"
    assert "birth_date" not in values(body)


def test_a_copys_file_agrees_with_its_own_statement(issued: UUID) -> None:
    pdf = copy_file(issued)
    body = look(pdf, fields=CHOSEN).body

    assert outcomes(body)[8] == ("passed", "document.agrees"), outcomes(body)
    assert body["view"]["copy"]["recipient"] == RECIPIENT
    assert values(body)["certificate_number"] == sample("11100000000013338W001")["values"]["certificate_number"]


def test_a_withheld_value_stands_nowhere_in_the_file(node: Node, issued: UUID) -> None:
    everything = everything_in(copy_file(issued))
    stated = node.request().values

    assert says(everything, stated["certificate_number"])
    assert says(everything, RECIPIENT)
    assert says(everything, PURPOSE)
    for name in ("holder_name", "holder_code", "birth_date", "employer", "employer_code"):
        assert not says(everything, stated[name]), name
    certificate = Certificate.objects.get()
    assert not says(everything, certificate.identifier)
    assert not says(everything, certificate.credential_jwt.rpartition(".")[2])


def test_no_page_of_a_copy_is_without_its_watermark_and_number(issued: UUID) -> None:
    long = {
        "purpose": "城东污水处理厂扩建工程施工总承包招标投标资格审查材料存档备查",
        "recipient": "湖州市城市建设投资集团" * 4,
    }
    pdf = copy_file(issued, **long)

    for page in pypdfium2.PdfDocument(pdf):
        text = "".join(page.get_textpage().get_text_bounded().split())
        for shown in (*long.values(), "2026年11月23日", "有效至2026年11月30日09:00", PurposeCopy.objects.get().number):
            assert shown in text, shown


def test_a_copy_has_the_national_items_of_copies_and_not_the_licences_identifier(issued: UUID) -> None:
    metadata = facts_of(copy_file(issued)).metadata

    assert metadata["JZJZZSY"] == PURPOSE
    assert metadata["JZJZZZ"] == "持证主体"
    assert metadata["JZJZZSJ"] == "20261123090000"
    assert metadata["JZJYXQJZSJ"] == "20261130090000"
    assert "ZZBS" not in metadata


def test_a_status_index_is_never_used_again_for_a_copy(issued: UUID) -> None:
    copies = [ordered(issued, key=f"copy-{n:04}") for n in range(5)]

    entries = StatusEntry.objects.filter(certificate=issued)
    places = {(one.status_list_id, one.index) for one in entries}
    assert len(places) == 7  # credential, seal code and five copies
    assert len({row_of(made).status_entry.status_list_id for made in copies}) == 1
    lists = {one.status_list_id for one in entries.exclude(purpose="copy")}
    assert row_of(copies[0]).status_entry.status_list_id not in lists


def test_numbers_and_marks_are_drawn_anew(issued: UUID) -> None:
    rows = [row_of(ordered(issued, key=f"copy-{n:04}")) for n in range(5)]

    assert len({row.number for row in rows}) == len({row.mark for row in rows}) == 5
    assert all(0 <= row.mark < 2**48 for row in rows)


def test_making_a_copy_is_a_look_up_in_the_holders_list(issued: UUID) -> None:
    made = ordered(issued)

    (line,) = my_lookups(caller=holder_caller(owner_of(issued)), at=AT)
    assert line.lookup_id == made.lookup_id == row_of(made).lookup_id
    assert line.member(Member.PURPOSE) == "own.copy_made"
    assert line.member(Member.COPY_RECIPIENT) == RECIPIENT
    assert line.member(Member.COPY_PURPOSE) == PURPOSE
    assert line.member(Member.COPY_NUMBER) == made.number
    assert {(item.name, item.grain) for item in line.fields} == {(name, g.value) for name, g in CHOSEN.items()}


def test_each_sign_in_that_downloads_a_copy_is_recorded_once(issued: UUID) -> None:
    made = ordered(issued)
    rendered(made)
    fetched(made, issued)
    fetched(made, issued)
    fetched(made, issued, session="session-2")

    kinds = [parse_entry(bytes(row.leaf)).kind for row in LogEntry.objects.order_by("pk")]
    assert kinds == [EntryKind.LOOKUP_SELF] * 3  # made, and handed out in two sign-ins


def test_a_repeat_under_its_key_makes_no_second_copy(issued: UUID) -> None:
    assert ordered(issued) == ordered(issued)
    assert PurposeCopy.objects.count() == 1

    with pytest.raises(PolicyError) as refused:
        ordered(issued, recipient="另一家公司")
    assert refused.value.code == "idempotency.other_body"


def test_another_file_put_in_a_copys_place_is_not_handed_out(issued: UUID) -> None:
    made = ordered(issued)
    rendered(made)
    document = row_of(made).document
    default_storage.delete(document.stored_name)
    keep_file(
        b"%PDF-1.7 an earlier one",
        name=document.stored_name,
        subject=certificate_subject(issued),
        place=place("Document", document.pk, "file"),
    )

    with pytest.raises(DocumentError) as refused:
        fetched(made, issued)
    assert refused.value.code == "document.altered"


def test_an_expired_copy_is_invalid_and_not_handed_out(issued: UUID) -> None:
    made = ordered(issued)
    rendered(made)
    pdf, late = fetched(made, issued).data, AT + timedelta(days=7)
    publish_log(at=late)

    body = scan(code_in(pdf), at=late).body
    assert body["verdict"]["outcome"] == "invalid"
    assert outcomes(body)[4] == ("failed", "copy.expired")
    assert values(body) == {}
    with pytest.raises(CopyError) as refused:
        fetched(made, issued, at=late)
    assert refused.value.code == "copy.expired"


def test_a_copy_is_invalid_once_its_licence_is_revoked(node: Node, issued: UUID) -> None:
    made = ordered(issued)
    rendered(made)
    pdf = fetched(made, issued).data
    revoke_certificate(caller=node.officer, certificate_id=issued, reason_code="holder_request", at=AT)

    assert outcomes(scan(code_in(pdf)).body)[5] == ("failed", "copy.revoked")
    assert outcomes(look(pdf).body)[5] == ("failed", "copy.revoked")
    with pytest.raises(CopyError) as refused:
        fetched(made, issued)
    assert refused.value.code == "copy.licence_ended"


@pytest.mark.parametrize("code", [CONSTRUCTOR, FOOD])
def test_a_copy_with_everything_on_it_agrees_with_its_own_statement(node: Node, code: str) -> None:
    issued = node.issue(node.request(code), key="whole")
    definition = licence_type_definition(code=code)
    most = {field.name: Grain.FULL if Grain.FULL in field.grains else Grain.MASKED for field in definition.fields}

    body = look(copy_file(issued, grains=most)).body

    assert outcomes(body)[8] == ("passed", "document.agrees"), outcomes(body)


@pytest.mark.parametrize("left_out", [{"rows": ()}, {"overlay": None}])
def test_a_page_without_a_mask_or_without_the_copys_terms_is_invalid(
    issued: UUID, left_out: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def page(*, lay_out: LayOut, at: datetime, **_: object) -> bytes:
        return render(replace(lay_out("", ()), **left_out), at=at)

    monkeypatch.setattr(copy_pdf, "draw_copy_page", page)
    body = look(copy_file(issued, grains={"holder_name": Grain.MASKED}), fields={"holder_name": Grain.MASKED}).body

    assert outcomes(body)[8] == ("failed", "cross.mismatch"), outcomes(body)
