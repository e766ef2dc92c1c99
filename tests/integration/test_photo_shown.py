"""The photo at a counter: shown with the verdict where the look may see it, from the licence, a file, or another province's answer."""

import base64
import logging
from dataclasses import replace
from typing import Any
from uuid import UUID

import pypdfium2
import pytest

from certificates.adapters.photos import normalised_photo
from certificates.core.errors import CipherError
from certificates.core.grains import Grain
from certificates.core.photos import photo_value
from certificates.models import Certificate, Document
from certificates.services.erase_holder import erase_holder
from certificates.services.read_document import read_document
from certificates.services.render_document import render_document
from tests.integration.factories import AT, Node, holder_caller, owner_of
from tests.integration.loopback_province import LoopbackProvince
from tests.integration.loopback_server import serving
from tests.integration.recognition_steps import OFFERED, World, asked, counter, outcomes, shown_code
from tests.integration.test_photo import portrait
from verification.core.recognition_message import RecognitionAnswer, RecognitionAsk, read_answer
from verification.models import RecognitionRule, StoredAnswer, UsageRule
from verification.services.answer_recognition import answer_recognition
from verification.services.archive_receipt import archive_receipt
from verification.services.asked import VerificationAnswer
from verification.services.publish_log import publish_log
from verification.services.show_own_licence import show_own_licence
from verification.services.verify_document import verify_document
from verification.services.verify_presentation import verify_presentation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
KEPT = normalised_photo(portrait())
WANTED = {**OFFERED, "photo": Grain.FULL}
FOREIGN_CODE = "HZP1:510000:ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.fixture
def licence(node: Node, world: World) -> UUID:
    return node.issue(replace(node.request(), photo=portrait()))


def look(presentation: str, *, key: str = "look-0001", **changes: Any) -> VerificationAnswer:
    request = asked(presentation, **({"fields": WANTED} | changes))
    return verify_presentation(caller=counter(), request=request, idempotency_key=key, at=AT)


def look_at(data: bytes) -> VerificationAnswer:
    request = asked("", fields={**WANTED, "holder_code": Grain.WITHHELD})
    return verify_document(caller=counter(), request=request, data=data, idempotency_key="file-0001", at=AT)


def picture_in(answer: VerificationAnswer) -> bytes | None:
    shown = {item["name"]: item for item in answer.body["view"]["fields"]}
    if "photo" not in shown or "picture" not in shown["photo"]:
        return None
    picture = base64.b64decode(shown["photo"]["picture"], validate=True)
    assert shown["photo"]["value"] == photo_value(picture)
    return picture


def test_the_holders_code_shows_the_photo_to_a_look_that_may_see_it(licence: UUID) -> None:
    answer = look(shown_code(licence, **WANTED))
    assert answer.body["verdict"]["outcome"] == "valid", outcomes(answer.body)
    assert picture_in(answer) == KEPT
    assert picture_in(look("again", key="another")) is None  # what is no code shows nothing


def test_a_repeat_of_the_same_request_gets_the_same_photo_and_it_lies_sealed(licence: UUID) -> None:
    code = shown_code(licence, **WANTED)
    first, again = look(code), look(code)
    assert again.body == first.body
    sealed = bytes(StoredAnswer.objects.get().sealed_answer)
    assert base64.b64encode(KEPT)[:40] not in sealed


def test_the_archived_receipt_of_the_look_holds_the_photos_digest_and_no_picture(world: World, licence: UUID) -> None:
    answer = look(shown_code(licence, **WANTED))
    publish_log(at=AT)
    pdf = archive_receipt(caller=counter(), lookup_id=UUID(answer.body["lookup_id"]), at=AT)
    document = pypdfium2.PdfDocument(pdf)
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    document.close()
    assert photo_value(KEPT) in text
    assert "照片本身不在回执中" in text
    assert KEPT not in pdf


def test_no_photo_where_the_holder_did_not_show_it(licence: UUID) -> None:
    answer = look(shown_code(licence))
    assert picture_in(answer) is None
    assert "photo" in answer.body["view"]["withheld"]


def test_no_photo_where_nobody_asked_for_it(licence: UUID) -> None:
    assert picture_in(look(shown_code(licence, **WANTED), fields=OFFERED)) is None


def test_no_photo_beyond_the_usage_list(licence: UUID) -> None:
    for rule in UsageRule.objects.all():
        fields = {name: grain for name, grain in rule.fields.items() if name != "photo"}
        UsageRule.objects.filter(pk=rule.pk).update(fields=fields)
    answer = look(shown_code(licence, **WANTED))
    assert picture_in(answer) is None
    assert answer.body["view"]["withheld"] == ["photo"]


def test_refuses_the_photo_of_another_licence_put_in_the_place_of_its_own(licence: UUID, node: Node) -> None:
    another = replace(node.request(values={"certificate_number": "浙2332026202600002"}), photo=portrait("#123"))
    theirs = Certificate.objects.get(pk=node.issue(another, key="second")).sealed_photo
    Certificate.objects.filter(pk=licence).update(sealed_photo=theirs)  # each is sealed under its own licence's key
    with pytest.raises(CipherError):
        look(shown_code(licence, **WANTED))


def test_a_brought_file_shows_the_photo_that_its_credential_signs(licence: UUID) -> None:
    RecognitionRule.objects.update(presence_required=False)
    render_document(document_id=Document.objects.get(certificate=licence, kind="pdf").pk, at=AT)
    answer = look_at(read_document(certificate_id=licence))
    assert answer.body["verdict"]["outcome"] == "valid", outcomes(answer.body)
    assert picture_in(answer) == KEPT


def test_another_province_is_handed_the_photo_that_it_may_see(world: World, licence: UUID) -> None:
    assert released(world, world.ask(shown_code(licence, **WANTED), fields=WANTED)).photo == KEPT


def test_another_province_is_handed_no_photo_that_it_did_not_ask_for(world: World, licence: UUID) -> None:
    assert released(world, world.ask(shown_code(licence, **WANTED), fields=OFFERED)).photo is None


def released(world: World, ask: RecognitionAsk) -> RecognitionAnswer:
    answer = read_answer(
        answer_recognition(message=world.message(ask), at=AT).body,
        lookup_id=ask.lookup_id,
    )
    assert answer.credential is not None, answer.code
    return answer


def test_the_holder_sees_the_own_photo_among_the_whole_values(licence: UUID) -> None:
    shown = show_own_licence(
        caller=holder_caller(owner_of(licence)), certificate_id=licence, session_key="s", unmask=True, at=AT
    )
    assert {item.name: item.picture for item in shown.fields}["photo"] == KEPT


def test_no_photo_on_the_holders_page_before_it_is_unmasked(licence: UUID) -> None:
    shown = show_own_licence(
        caller=holder_caller(owner_of(licence)), certificate_id=licence, session_key="s", unmask=False, at=AT
    )
    assert {item.name: item.picture for item in shown.fields}["photo"] is None


def test_no_photo_of_an_erased_person(licence: UUID) -> None:
    code = shown_code(licence, **WANTED)
    erase_holder(holder_id=owner_of(licence), at=AT)
    assert picture_in(look(code)) is None


def test_the_photo_stands_in_no_log_line(licence: UUID, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        look(shown_code(licence, **WANTED))
    assert base64.b64encode(KEPT).decode()[:40] not in caplog.text
    assert photo_value(KEPT) not in caplog.text


@pytest.mark.real_network
def test_the_photo_that_another_province_hands_over_is_shown_as_signed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = foreign(world, monkeypatch, KEPT)
    assert answer.body["verdict"]["outcome"] == "valid", outcomes(answer.body)
    assert picture_in(answer) == KEPT


@pytest.mark.real_network
def test_refuses_a_photo_from_another_province_that_its_agency_did_not_sign(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert picture_in(foreign(world, monkeypatch, normalised_photo(portrait("#123")))) is None


def foreign(world: World, monkeypatch: pytest.MonkeyPatch, picture: bytes) -> VerificationAnswer:
    with serving(world) as province:
        values = {**province.values, "photo": photo_value(KEPT)}
        monkeypatch.setattr(LoopbackProvince, "values", property(lambda _: values))
        province.answer = lambda ask, asked_of: replace(asked_of.released(ask), photo=picture)
        return look(FOREIGN_CODE)
