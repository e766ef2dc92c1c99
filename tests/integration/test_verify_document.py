"""Files and texts of the own region at a counter: judged by themselves, and shown only as far as the usage list goes."""

from typing import Any
from uuid import UUID

import pytest

from certificates.adapters.pdf_worker import pool
from certificates.core.grains import Grain
from certificates.models import Document
from certificates.services.disclose_credential import disclose_credential
from certificates.services.read_document import read_document
from certificates.services.render_document import render_document
from certificates.services.reveal_seal_code import reveal_seal_code
from certificates.services.revoke_certificate import revoke_certificate
from tests.integration.factories import AT, holder_caller, owner_of, sample
from tests.integration.recognition_steps import World, asked, counter, outcomes, values
from tests.log_steps import kinds
from verification.core.errors import PolicyError
from verification.core.lookup_entry import EntryKind
from verification.models import Lookup, RecognitionRule, UsageRule
from verification.services.asked import VerificationAnswer
from verification.services.my_lookups import my_lookups
from verification.services.verify_document import verify_document
from verification.services.verify_presentation import verify_presentation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
WHOLE = {
    "certificate_number": Grain.FULL,
    "holder_name": Grain.FULL,
    "specialities": Grain.FULL,
    "valid_until": Grain.FULL,
}


@pytest.fixture
def pdf(world: World, issued: UUID) -> bytes:
    render_document(document_id=Document.objects.get(certificate=issued, kind="pdf").pk, at=AT)
    return read_document(certificate_id=issued)


@pytest.fixture
def nobody_need_be_there(world: World) -> None:
    RecognitionRule.objects.update(presence_required=False)


def look(data: bytes, *, key: str = "file-0001", **changes: Any) -> VerificationAnswer:
    request = asked("", **({"fields": WHOLE} | changes))
    return verify_document(caller=counter(), request=request, data=data, idempotency_key=key, at=AT)


def scan(text: str, *, key: str = "scan-0001", **changes: Any) -> VerificationAnswer:
    return verify_presentation(caller=counter(), request=asked(text, **changes), idempotency_key=key, at=AT)


def notes(answer: VerificationAnswer) -> list[str]:
    return [note["code"] for note in answer.body["verdict"]["checks"][7].get("notes", ())]


def test_a_file_alone_is_undetermined_where_the_matter_wants_the_holder_present(pdf: bytes) -> None:
    answer = look(pdf)

    assert answer.body["verdict"]["outcome"] == "undetermined", outcomes(answer.body)
    assert outcomes(answer.body)[6] == ("undetermined", "presenter.not_checked")


def test_a_genuine_document_agrees_with_its_credential(pdf: bytes, issued: UUID, nobody_need_be_there: None) -> None:
    answer = look(pdf)

    assert answer.body["verdict"]["outcome"] == "valid", outcomes(answer.body)
    assert outcomes(answer.body)[8] == ("passed", "document.agrees")
    assert notes(answer) == ["document.judged_now"]
    assert outcomes(answer.body)[6] == ("not_applicable", "presenter.not_checked")
    assert values(answer.body)["holder_name"] == sample("11100000000013338W001")["values"]["holder_name"]
    assert kinds() == [EntryKind.LOOKUP_VERIFIED]
    (line,) = my_lookups(caller=holder_caller(owner_of(issued)), at=AT)
    assert {item.name for item in line.fields} == set(WHOLE)


def test_a_genuine_file_that_the_node_does_not_keep_is_no_byte_for_byte_copy(
    pdf: bytes, nobody_need_be_there: None
) -> None:
    Document.objects.update(digest="0" * 64)  # made anew since it was handed out
    answer = look(pdf)
    assert answer.body["verdict"]["outcome"] == "valid", outcomes(answer.body)
    assert notes(answer) == ["document.judged_now", "document.not_byte_exact"]


def test_a_reading_process_that_breaks_down_leaves_the_file_open(
    world: World, pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "READ_SECONDS", 0.0)
    answer = look(pdf)
    assert answer.body["verdict"]["outcome"] == "undetermined"
    assert outcomes(answer.body)[2] == ("undetermined", "document.reader_lost")
    assert outcomes(answer.body)[8] == ("undetermined", "document.reader_lost")
    assert kinds() == [EntryKind.LOOKUP_VERIFIED]


def test_shows_of_a_document_no_more_than_the_usage_list_allows(pdf: bytes) -> None:
    answer = look(pdf, fields={"holder_code": Grain.FULL, "holder_name": Grain.FULL, "birth_date": Grain.FULL})

    assert set(values(answer.body)) == {"holder_name"}  # a whole ID number cannot be cut to the mask that is allowed
    assert answer.body["view"]["withheld"] == ["birth_date", "holder_code"]


def test_a_document_changed_in_one_byte_is_invalid(pdf: bytes) -> None:
    at = pdf.index(b"stream") + 40
    answer = look(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :])

    assert answer.body["verdict"]["outcome"] == "invalid"
    assert outcomes(answer.body)[8][0] == "failed"
    assert values(answer.body) == {}


def test_something_appended_to_a_document_is_invalid(pdf: bytes) -> None:
    answer = look(pdf + b"\n% more\n")
    assert answer.body["verdict"]["outcome"] == "invalid"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n and a scan", b"\xff\xd8\xff and a photograph", b"no file at all"])
def test_refuses_a_picture_of_a_licence_and_says_which_files_can_be_checked(world: World, data: bytes) -> None:
    answer = look(data)
    assert answer.body["verdict"]["outcome"] == "invalid"
    assert outcomes(answer.body)[8] == ("failed", "pdf.other_format")


def test_a_changed_file_is_not_said_to_have_no_credential(pdf: bytes) -> None:
    at = pdf.index(b"stream") + 400
    answer = look(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :])
    assert outcomes(answer.body)[2] == ("undetermined", "credential.not_read")


@pytest.mark.parametrize("data", [b"", b"no file at all", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_document_is_invalid_and_recorded(world: World, data: bytes) -> None:
    answer = look(data)
    assert answer.body["verdict"]["outcome"] == "invalid"
    assert kinds() == [EntryKind.LOOKUP_VERIFIED]


def test_what_only_begins_as_an_ofd_is_invalid(world: World) -> None:
    answer = look(b"PK\x03\x04canary")
    assert answer.body["verdict"]["outcome"] == "invalid"
    assert outcomes(answer.body)[1] == ("failed", "ofd.container")


def test_the_document_of_a_revoked_licence_is_invalid(world: World, pdf: bytes, issued: UUID) -> None:
    revoke_certificate(caller=world.node.officer, certificate_id=issued, reason_code="holder_request", at=AT)
    answer = look(pdf)
    assert outcomes(answer.body)[5] == ("failed", "status.revoked")
    assert values(answer.body) == {}


def test_refuses_and_records_a_document_looked_at_for_no_reason(pdf: bytes) -> None:
    answer = look(pdf, purpose="测试")
    assert (answer.status, answer.body["code"]) == (403, "purpose.placeholder")
    assert kinds() == [EntryKind.LOOKUP_REFUSED]


def test_refuses_an_idempotency_key_used_for_another_document(pdf: bytes) -> None:
    first = look(pdf)
    assert look(pdf).body == first.body
    with pytest.raises(PolicyError) as refused:
        look(pdf + b" ")
    assert refused.value.code == "idempotency.other_body"


def test_a_printed_code_of_the_own_region_shows_what_it_holds(
    world: World, issued: UUID, nobody_need_be_there: None
) -> None:
    answer = scan(reveal_seal_code(certificate_id=issued), fields={})

    assert answer.body["verdict"]["outcome"] == "valid", outcomes(answer.body)
    assert set(values(answer.body)) == {"certificate_number", "holder_name", "valid_until"}
    assert "*" in values(answer.body)["holder_name"]
    (line,) = my_lookups(caller=holder_caller(owner_of(issued)), at=AT)
    assert line.side == "home"


def test_a_printed_code_of_a_revoked_licence_is_invalid(world: World, issued: UUID) -> None:
    text = reveal_seal_code(certificate_id=issued)
    revoke_certificate(caller=world.node.officer, certificate_id=issued, reason_code="holder_request", at=AT)
    assert outcomes(scan(text).body)[5] == ("failed", "status.revoked")


def test_a_printed_code_changed_in_one_character_is_invalid(world: World, issued: UUID) -> None:
    text = reveal_seal_code(certificate_id=issued)
    for at in (10, 60, len(text) - 3):
        changed = text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]
        assert scan(changed, key=f"scan-{at:04}").body["verdict"]["outcome"] == "invalid"


def test_a_credential_of_the_own_region_shows_what_is_wanted_presented_and_allowed(
    world: World, issued: UUID, nobody_need_be_there: None
) -> None:
    grains = {"holder_name": Grain.FULL, "birth_date": Grain.FULL, "employer": Grain.FULL}
    text = disclose_credential(certificate_id=issued, grains=grains).sd_jwt
    answer = scan(text, fields={"holder_name": Grain.FULL, "birth_date": Grain.FULL, "specialities": Grain.FULL})

    assert answer.body["verdict"]["outcome"] == "valid"
    assert set(values(answer.body)) == {"holder_name"}
    assert answer.body["view"]["withheld"] == ["birth_date", "specialities"]


def test_a_credential_without_a_usage_rule_is_undetermined(world: World, issued: UUID) -> None:
    UsageRule.objects.update(is_active=False)
    text = disclose_credential(certificate_id=issued, grains={"holder_name": Grain.FULL}).sd_jwt
    answer = scan(text)
    assert outcomes(answer.body)[7] == ("undetermined", "usage.no_rule")
    assert values(answer.body) == {}
    assert Lookup.objects.get().outcome == "undetermined"
