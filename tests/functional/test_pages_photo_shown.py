"""The photo on pages: in the verdict's own page and nowhere else, so that it ends with it."""

import base64
from dataclasses import replace

import pytest
from pytest_django import Settings

from certificates.services.issue_certificate import issue_certificate
from tests.functional.page_steps import Journey, ask, show_code, start_journey, words
from tests.integration.factories import AT, Node
from tests.integration.test_photo import portrait
from tests.integration.test_photo_shown import KEPT
from verification.services.publish_log import publish_log

pytestmark = pytest.mark.django_db
SHOWN = {
    "certificate_number": "full",
    "holder_name": "full",
    "specialities": "full",
    "valid_until": "full",
    "photo": "full",
}
PICTURE = f'src="data:image/jpeg;base64,{base64.b64encode(KEPT).decode()}"'


@pytest.fixture
def journey(node: Node, settings: Settings) -> Journey:
    """The holder has a second licence, with a photo."""
    started = start_journey(node, settings)
    request = replace(node.request(values={"certificate_number": "浙2332026202600002"}), photo=portrait())
    answer = issue_certificate(caller=node.officer, request=request, idempotency_key="second", at=AT)
    publish_log(at=AT)
    return replace(started, licence=answer.id)


def test_the_verdict_shows_the_photo_in_the_page_itself(journey: Journey) -> None:
    answer = ask(journey, show_code(journey, **SHOWN), **{"grain.photo": "full"})
    page = answer.content.decode()
    assert PICTURE in page
    assert "no-store" in answer["Cache-Control"]
    assert "img-src 'self' data:" in answer["Content-Security-Policy"]  # as it was before there were photos
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_no_photo_on_the_page_of_a_look_that_did_not_ask_for_it(journey: Journey) -> None:
    page = ask(journey, show_code(journey, **SHOWN)).content.decode()
    assert "VALID" in page
    assert "data:image/jpeg" not in page


def test_the_holders_page_shows_the_photo_only_unmasked(journey: Journey) -> None:
    masked = journey.holder.get(f"/my/{journey.licence}")
    assert PICTURE not in masked.content.decode()
    assert "已附照片" in words(masked.content)
    assert PICTURE in journey.holder.post(f"/my/{journey.licence}").content.decode()
