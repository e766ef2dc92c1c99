"""Presentation codes that no counter accepts, at home or in another province, and the race for one code."""

import secrets
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from demo.clients import PersonClient
from demo.journey import SICHUAN_CONSTRUCTOR, codes_of, outcome_of
from tests.functional.provinces.steps import SHOWN, code_of, look_at_home, look_from_afar, question
from tests.functional.provinces.world import SHORT_CODE_SECONDS, Provinces

AT_ONCE = 20
UNUSED = "A" * 26
pytestmark = pytest.mark.usefixtures("licence")


def refused(answer: Any, code: str, outcome: str = "INVALID") -> None:
    """Demand that nothing was shown, and that the verdict says why."""
    assert outcome_of(answer) == outcome, codes_of(answer)
    assert code in codes_of(answer)
    assert answer["view"]["fields"] == []


def test_accepts_a_good_code_at_home_and_from_afar(provinces: Provinces) -> None:
    for answer in (look_at_home(provinces, code_of(provinces)), look_from_afar(provinces, code_of(provinces))):
        assert outcome_of(answer) == "VALID", codes_of(answer)
        assert {item["name"] for item in answer["view"]["fields"]} == set(SHOWN)


def test_refuses_a_used_code_at_home_and_from_afar(provinces: Provinces) -> None:
    code = code_of(provinces)
    first = look_from_afar(provinces, code)
    assert outcome_of(first) == "VALID", codes_of(first)

    refused(look_at_home(provinces, code), "code.used")
    refused(look_from_afar(provinces, code), "code.used")


def test_refuses_an_expired_code(provinces: Provinces) -> None:
    licence_id = provinces.journey.certificates.get(SICHUAN_CONSTRUCTOR)
    if licence_id is None:
        provinces.journey.issue(
            provinces.sichuan, SICHUAN_CONSTRUCTOR, provinces.cast.person(provinces.sichuan, "sc.issue")
        )
    holder = provinces.cast.person(provinces.sichuan, "shama.ayi")
    code = provinces.journey.present(holder, SICHUAN_CONSTRUCTOR, {"holder_name": "masked"})
    time.sleep(SHORT_CODE_SECONDS + 0.2)

    refused(look_from_afar(provinces, code), "code.expired")
    refused(look_at_home(provinces, code), "code.expired")


@pytest.mark.parametrize("length", [0, 1, 12, 25])
def test_refuses_a_truncated_code(provinces: Provinces, length: int) -> None:
    scheme, region, token = code_of(provinces).split(":")

    refused(look_at_home(provinces, f"{scheme}:{region}:{token[:length]}"), "code.malformed")
    refused(look_from_afar(provinces, f"{scheme}:{region}:{token[:length]}"), "code.malformed")


@pytest.mark.parametrize(
    "text",
    [
        f"HZP1:330000:{UNUSED}A",
        f"HZP1:330000:{UNUSED.lower()}",
        f"HZP1:330000:{'1' * 26}",
        f"HZP1:33000:{UNUSED}",
        f"HZP1:330000:{UNUSED}\n",
        f"HZP1::{UNUSED}",
        f"HZP1:330000:{UNUSED[:-1]}Ａ",
        f"HZP1:https://127.0.0.1:{UNUSED}",
    ],
)
def test_refuses_a_code_of_another_form(provinces: Provinces, text: str) -> None:
    answer = look_at_home(provinces, text)

    assert outcome_of(answer) == "INVALID", codes_of(answer)
    assert answer["view"]["fields"] == []


def test_refuses_a_code_that_nobody_made(provinces: Provinces) -> None:
    refused(look_at_home(provinces, f"HZP1:330000:{UNUSED}"), "code.unknown")
    refused(look_from_afar(provinces, f"HZP1:330000:{UNUSED}"), "code.unknown")


@pytest.mark.parametrize("region", ["990000", "110000"])
def test_believes_no_code_of_a_region_outside_the_trust_list(provinces: Provinces, region: str) -> None:
    for answer in (
        look_at_home(provinces, f"HZP1:{region}:{UNUSED}"),
        look_from_afar(provinces, f"HZP1:{region}:{UNUSED}"),
    ):
        assert outcome_of(answer) != "VALID"
        assert "trust_list.region" in codes_of(answer)
        assert answer["view"]["fields"] == []


def test_refuses_a_code_meant_for_another_agency(provinces: Provinces) -> None:
    code = code_of(provinces, audience="12510100MB9900064A")

    refused(look_at_home(provinces, code), "code.audience")
    assert outcome_of(look_from_afar(provinces, code)) == "VALID"  # the refusal did not spend it


def test_gives_one_code_to_one_of_twenty_counters_at_once(provinces: Provinces) -> None:
    code = code_of(provinces)
    at_home, afar = _clones(provinces.counter), _clones(provinces.foreign_counter)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        looks = [pool.submit(look_at_home, provinces, code, counter=one) for one in at_home]
        looks += [pool.submit(look_from_afar, provinces, code, counter=one) for one in afar]
        answers = [look.result() for look in looks]

    shown = [answer for answer in answers if answer["view"]["fields"]]
    assert Counter(outcome_of(answer) for answer in answers)["VALID"] == 1, [codes_of(answer) for answer in answers]
    assert [outcome_of(answer) for answer in shown] == ["VALID"]
    assert all("code.used" in codes_of(answer) for answer in answers if not answer["view"]["fields"])


def _clones(counter: PersonClient) -> list[PersonClient]:
    """Half of the counters: the same officer at many windows, each with a connection of its own."""
    found = []
    for _ in range(AT_ONCE // 2):
        clone = PersonClient.__new__(PersonClient)
        clone.base_url = counter.base_url
        clone._session = type(counter._session)()
        clone._session.cookies.update(counter._session.cookies)
        found.append(clone)
    return found


def test_gives_the_same_answer_to_the_same_request_and_no_second_look(provinces: Provinces) -> None:
    body, key = question(code_of(provinces)), secrets.token_urlsafe(18)
    first = provinces.counter.post("/api/v1/verifications", body, idempotency_key=key)
    second = provinces.counter.post("/api/v1/verifications", body, idempotency_key=key)

    assert first.status == 200
    assert first.content == second.content
    other = provinces.counter.post("/api/v1/verifications", body | {"fields": {}}, idempotency_key=key)
    assert (other.status, other.body["code"]) == (422, "idempotency.other_body")
