"""What a counter and a holder read of a look about a past moment: never to be taken for one about now."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import translation

from certificates.core.licence_types import parse_licence_type
from certificates.services.disclose_credential import disclose_credential
from certificates.services.revoke_certificate import revoke_certificate
from tests.functional.page_steps import Journey, ask, show_code, words
from tests.integration.factories import AT, CONSTRUCTOR, Node, type_data
from tests.integration.recognition_steps import WANTED, asked
from verification.models import Lookup, Matter
from verification.pages.verdict_view import verdict_view
from verification.services.publish_log import publish_log

pytestmark = pytest.mark.django_db

NOW = AT + timedelta(hours=3)
THEN_TYPED, THEN_SHOWN = "2026-11-23T10:30", "2026-11-23 10:30:00"


@pytest.fixture
def credential(journey: Journey) -> str:
    return disclose_credential(certificate_id=journey.licence, grains=WANTED).sd_jwt


def later(clock: time_machine.Traveller) -> None:
    publish_log(at=NOW)
    clock.move_to(NOW)


def posted(journey: Journey, presentation: str, **more: Any) -> Any:
    request = asked(presentation)
    body = {
        "presentation": presentation,
        "matter_code": request.matter_code,
        "case_number": request.case_number,
        "purpose": request.purpose,
        "fields": {name: grain.value for name, grain in WANTED.items()},
    } | more
    headers = {"Idempotency-Key": f"api-{abs(hash(str(more)))}"}
    return journey.counter.post("/api/v1/verifications", json.dumps(body), "application/json", headers=headers)


def test_the_verdict_page_names_the_moment_first_and_does_not_look_like_one_about_now(
    journey: Journey, clock: time_machine.Traveller
) -> None:
    later(clock)
    code = show_code(journey, **{name: grain.value for name, grain in WANTED.items()})

    page = ask(journey, code, as_of=THEN_TYPED).content.decode()

    assert '<section class="verdict then"' in page
    heading = words(re.search(r"<h1>.*?</h1>", page)[0].encode())  # type: ignore[index]
    assert heading == f"当时有效 {THEN_SHOWN} VALID THEN"
    assert "结论只说明所问时刻的情形，不说明现在" in page
    assert page.count(THEN_SHOWN) >= 2


def test_the_form_asks_for_a_moment_only_where_the_matter_allows_one(journey: Journey) -> None:
    assert 'name="as_of"' in journey.counter.get("/counter").content.decode()
    Matter.objects.update(past_days=0)
    assert 'name="as_of"' not in journey.counter.get("/counter").content.decode()
    refused = ask(journey, "x", as_of="2026-11-23T08:30")
    assert refused.status_code == 403
    assert "此事项不能询问过去时刻的情形" in words(refused.content)


def test_the_holder_reads_that_the_look_was_about_then(
    journey: Journey, credential: str, clock: time_machine.Traveller
) -> None:
    later(clock)
    ask(journey, credential, as_of=THEN_TYPED)

    told = words(journey.holder.get("/my/lookups").content)

    assert "结论：当时" in told
    assert THEN_SHOWN in told
    found = journey.holder.get("/api/v1/me/lookups").json()["lookups"]
    assert [one["as_of"] for one in found if one["looked_by"] == "agency"] == ["2026-11-23T02:30:00Z"]


def test_every_verdict_about_then_is_worded_for_then_in_both_languages() -> None:
    definition = parse_licence_type(type_data(CONSTRUCTOR))
    note = {"code": "verdict.only_then"}
    for outcome in ("valid", "invalid", "undetermined"):
        now = {"outcome": outcome, "checks": []}
        then = now | {"as_of": "2026-11-23T02:30:00Z", "note": note}
        for language, word in (("zh-hans", "当时"), ("en", "that time")):
            with translation.override(language):
                assert word in verdict_view(then, definition).word
                assert word not in verdict_view(now, definition).word
                assert verdict_view(then, definition).tone != "good"
                assert verdict_view(then, definition).note


def test_the_api_takes_a_moment_in_any_zone_and_tells_it_in_one(
    node: Node, journey: Journey, credential: str, clock: time_machine.Traveller
) -> None:
    revoke_certificate(caller=node.officer, certificate_id=journey.licence, reason_code="penalty", at=NOW)
    later(clock)

    answer = posted(journey, credential, as_of="2026-11-23T11:00:00+08:00")

    assert answer.status_code == 200, answer.content
    verdict = answer.json()["verdict"]
    assert verdict["as_of"] == "2026-11-23T03:00:00Z"
    assert verdict["note"]["text_en"].startswith("The verdict speaks of the moment asked about only")
    codes = {check["number"]: check["code"] for check in verdict["checks"]}
    assert codes[5] == "status.valid_then"
    assert "as_of" not in posted(journey, credential).json()["verdict"]


def test_refuses_a_moment_that_is_none(journey: Journey, credential: str, clock: time_machine.Traveller) -> None:
    later(clock)
    for number, as_of in enumerate(
        ("2026-11-23", "2026-11-23T11:00:00", "yesterday", 1790000000, None, "2026-11-23T11:00:00.5+08:00", "")
    ):
        answer = posted(journey, credential, as_of=as_of)
        assert answer.status_code == 400, number
        assert answer.json()["code"] in {"request.invalid", "request.form"}
    assert not Lookup.objects.exclude(side="self").exists()
