"""The holder's pages: own licences, showing a part of one as a code, document, printed code."""

import re
from base64 import b64decode
from datetime import timedelta

import pypdfium2
import pytest
import time_machine
import zxingcpp
from django.conf import settings as django_settings
from django.utils import translation
from PIL import Image

from certificates.core.field_kinds import FieldKind
from certificates.core.grains import Grain
from certificates.core.licence_types import parse_licence_type
from certificates.models import Document, Presentation
from certificates.pages.rows import value_texts
from certificates.services.render_document import render_document
from certificates.services.suspend_certificate import suspend_certificate
from tests.functional.page_steps import Journey, holder_of, show_code, words
from tests.integration.factories import AT, CONSTRUCTOR, FOOD, REAL_ESTATE, Node, sample, type_data
from verification.models import Lookup

pytestmark = pytest.mark.django_db
VALUES = sample(CONSTRUCTOR)["values"]


def test_lists_own_licences_without_a_value(journey: Journey) -> None:
    listed = journey.holder.get("/my")

    assert "二级建造师注册证书" in words(listed.content)
    assert VALUES["holder_name"] not in words(listed.content)
    assert "no-store" in listed["Cache-Control"]
    assert Lookup.objects.count() == 0


def test_shows_the_licence_masked_first_and_records_it_once(journey: Journey) -> None:
    first = words(journey.holder.get(f"/my/{journey.licence}").content)
    journey.holder.get(f"/my/{journey.licence}")

    assert f"{VALUES['holder_name'][0]}**" in first
    assert VALUES["holder_name"] not in first
    assert VALUES["holder_code"] not in first
    assert Lookup.objects.filter(side="self").count() == 1


def test_unmasks_on_request_and_records_every_time(journey: Journey) -> None:
    for _ in range(2):
        shown = words(journey.holder.post(f"/my/{journey.licence}").content)
        assert VALUES["holder_code"] in shown

    assert Lookup.objects.filter(side="self").count() == 2


def test_a_masked_number_and_its_fact_go_into_one_code(journey: Journey) -> None:
    show_code(journey, holder_name="masked", holder_code="masked", age_over_18="fact", sex="withheld")

    stored = Presentation.objects.get().grains
    assert stored == {"holder_name": Grain.MASKED, "holder_code": Grain.MASKED, "age_over_18": Grain.FACT}


def test_the_code_stands_in_the_page_as_an_image_and_counts_down(journey: Journey) -> None:
    page = journey.holder.post(f"/my/{journey.licence}/present", {"grain.holder_name": "masked"})
    told = page.content.decode()

    assert f'data-countdown="{django_settings.NODE.presentation_seconds}"' in told
    picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', told)
    assert picture
    assert b"<svg" in b64decode(picture[1])
    code = re.search(r"HZP1:[0-9]{6}:[A-Z2-7]{26}", told)
    assert code
    assert code[0] not in page.request["PATH_INFO"]
    assert "no-store" in page["Cache-Control"]


def test_renewing_keeps_the_choice_and_makes_another_code(journey: Journey) -> None:
    first, second = (show_code(journey, holder_name="masked", employer="full") for _ in range(2))

    assert first != second
    assert [row.grains for row in Presentation.objects.all()] == [{"holder_name": "masked", "employer": "full"}] * 2


def test_refuses_a_code_that_would_show_nothing(journey: Journey) -> None:
    page = journey.holder.post(f"/my/{journey.licence}/present", {"grain.holder_name": "withheld"})

    assert "presentation.grain" in words(page.content)
    assert Presentation.objects.count() == 0


def test_refuses_a_code_for_a_mistyped_agency(journey: Journey) -> None:
    form = {"grain.holder_name": "masked", "audience": "12330100MB9900048G"}

    page = journey.holder.post(f"/my/{journey.licence}/present", form)

    assert "presentation.audience" in words(page.content)
    assert "统一社会信用代码不正确" in words(page.content)
    assert 'value="12330100MB9900048G"' in page.content.decode()
    assert Presentation.objects.count() == 0


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "公民身份号码"), ("en", "Citizen identity number")])
def test_the_type_of_a_code_is_shown_by_its_name(language: str, name: str) -> None:
    definition = parse_licence_type(type_data(REAL_ESTATE))
    field = next(one for one in definition.fields if one.kind is FieldKind.HOLDER_CODE_TYPE)

    with translation.override(language):
        assert value_texts(field, ["111", "111"]) == (name, name)


def test_a_citizen_without_a_right_is_not_sent_to_an_administrator(journey: Journey) -> None:
    refused = journey.holder.get("/issue")

    assert refused.status_code == 403
    assert "本单位管理员" not in words(refused.content)
    assert "本单位管理员" in words(journey.counter.get("/issue").content)


def test_refuses_to_present_a_suspended_licence(journey: Journey, node: Node) -> None:
    suspend_certificate(caller=node.officer, certificate_id=journey.licence, reason_code="investigation", at=AT)

    own = words(journey.holder.get(f"/my/{journey.licence}").content)
    assert "已被暂扣" in own
    for answer in (
        journey.holder.get(f"/my/{journey.licence}/present", follow=True),
        journey.holder.post(f"/my/{journey.licence}/present", {"grain.holder_name": "masked"}, follow=True),
    ):
        assert answer.redirect_chain == [(f"/my/{journey.licence}", 302)]
        assert "已被暂扣" in words(answer.content)
    assert Presentation.objects.count() == 0


@pytest.mark.parametrize("path", ["", "/present", "/document", "/seal-code"])
def test_refuses_a_licence_of_somebody_else(journey: Journey, node: Node, path: str) -> None:
    stranger = holder_of(node.issue(node.request(FOOD), key="other"))

    assert stranger.post(f"/my/{journey.licence}{path}").status_code == 404
    assert Lookup.objects.count() == 0


def test_downloads_the_signed_document_and_records_it(journey: Journey) -> None:
    early = journey.holder.post(f"/my/{journey.licence}/document", follow=True)
    assert early.redirect_chain
    render_document(document_id=Document.objects.get(kind="pdf").pk, at=AT)

    answer = journey.holder.post(f"/my/{journey.licence}/document")

    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert len(pypdfium2.PdfDocument(answer.content)) >= 1
    assert Lookup.objects.filter(side="self").count() == 2  # the page that said it was not ready, and the file


@pytest.mark.international
def test_says_that_a_node_of_the_international_profile_makes_no_ofd(journey: Journey) -> None:
    page = journey.holder.get(f"/my/{journey.licence}")
    assert "下载 OFD" not in words(page.content)
    answer = journey.holder.post(f"/my/{journey.licence}/document", {"kind": "ofd"}, follow=True)
    assert "没有 OFD 文件" in words(answer.content)


@pytest.mark.parametrize("path", ["/document", "/seal-code"])
def test_a_reload_of_what_was_asked_by_post_goes_back_to_the_licence(journey: Journey, path: str) -> None:
    answer = journey.holder.get(f"/my/{journey.licence}{path}")

    assert answer["Location"] == f"/my/{journey.licence}"
    assert Lookup.objects.count() == 0


def test_the_printed_code_reads_back_and_names_what_it_tells(journey: Journey) -> None:
    page = journey.holder.post(f"/my/{journey.licence}/seal-code")

    told = words(page.content)
    assert "姓名" in told
    assert VALUES["holder_code"] not in told
    picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', page.content.decode())
    assert picture
    found = zxingcpp.read_barcodes(_drawn(b64decode(picture[1]).decode()))
    assert [code.text[:4] for code in found] == ["HZ1:"]


def test_an_expired_licence_says_so(journey: Journey, clock: time_machine.Traveller) -> None:
    clock.move_to(AT + timedelta(days=365 * 4))
    # the session has ended by then: whoever comes back signs in again
    assert journey.holder.get("/my").status_code == 302


def _drawn(svg: str) -> Image.Image:
    """The modules of a QR that is drawn as one path of horizontal strokes, as segno writes it."""
    size = int(float(re.search(r'viewBox="0 0 ([0-9.]+)', svg)[1]))  # type: ignore[index]
    image = Image.new("L", (size, size), 255)
    strokes = re.findall(r'<path[^>]*class="qrline"[^>]*d="([^"]+)"', svg) or re.findall(r'stroke[^>]*d="([^"]+)"', svg)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-0-9. ]+)", strokes[0]):
        given = [float(one) for one in numbers.split()]
        if command == "M":
            x, y = given
        elif command == "m":
            x, y = x + given[0], y + given[1]
        else:
            for step in range(int(given[0])):
                image.putpixel((int(x) + step, int(y)), 0)
            x += given[0]
    return image.resize((size * 6, size * 6), Image.Resampling.NEAREST)
