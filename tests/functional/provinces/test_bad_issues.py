"""Requests to issue that a node refuses, over HTTP: nothing is issued, and the refusal does not repeat what was sent."""

import json
import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from demo.journey import FOOD, HOME
from tests.functional.provinces.steps import anonymous, body_of, fresh_number, problem, raw, wait_released
from tests.functional.provinces.world import Provinces

CERTIFICATES = "/api/v1/certificates"
AT_ONCE = 50


def own_licences(provinces: Provinces) -> set[str]:
    found = provinces.holder.get("/api/v1/me/certificates").expect(200)["certificates"]
    return {item["id"] for item in found}


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("330106199011172044", "identity.citizen_id.check_digit"),
        ("33010619901117204", "identity.citizen_id.length"),
        ("3301061990111720455", "licence_type.field.length"),
        ("330106199002302047", "identity.citizen_id.birth_date"),
        ("330106199013172047", "identity.citizen_id.birth_date"),
        ("990106199011172047", "identity.citizen_id.region"),
        ("33010619901117204x", "identity.citizen_id.format"),
        ("３３０１０６１９９０１１１７２０４５", "identity.citizen_id.format"),
        (" 330106199011172045", "licence_type.field.length"),
        ("330106199011172045 ", "licence_type.field.length"),
        ("330106-19901117-2045", "licence_type.field.length"),
        ("", "licence_type.field.character"),
        ("0", "identity.citizen_id.length"),
    ],
)
def test_refuses_a_malformed_identity_number(provinces: Provinces, code: str, rule: str) -> None:
    answer = provinces.system.post(CERTIFICATES, body_of(provinces, holder_code=code))

    found = problem(answer, status=422, code=rule, without=code)
    assert found["field"] == "holder_code"


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("91330100MA9900108X", "check"),
        ("91330100ma9900108r", "format"),
        ("91330100MI9900108R", "format"),
        ("91330100MA9900108", "length"),
    ],
)
def test_refuses_a_malformed_credit_code(provinces: Provinces, code: str, rule: str) -> None:
    answer = provinces.system.post(CERTIFICATES, body_of(provinces, employer_code=code))

    found = problem(answer, status=422, code="identity.uscc", without=code)
    assert rule in found["code"]
    assert found["field"] == "employer_code"


@pytest.mark.parametrize(
    ("kind", "code"), [("001", "identity.uscc.check_digit"), ("900", "identity.holder_code_type.unknown")]
)
def test_refuses_a_holder_code_that_is_not_of_the_stated_kind(provinces: Provinces, kind: str, code: str) -> None:
    body = provinces.cast.issue_body(HOME)
    body = body | {"values": body["values"] | {"holder_code_type": ["111", kind]}}

    answer = provinces.person("hz.land.issue").post(CERTIFICATES, body)

    problem(answer, status=422, code=code)


def test_refuses_a_field_outside_the_type(provinces: Provinces) -> None:
    answer = provinces.system.post(CERTIFICATES, body_of(provinces, shoe_size="canary44"))

    problem(answer, status=422, code="licence_type.field.unknown", without="canary44")


def test_refuses_a_field_named_like_a_person_and_does_not_repeat_the_name(provinces: Provinces) -> None:
    answer = provinces.system.post(CERTIFICATES, body_of(provinces, **{"330106199011172045": "x"}))

    problem(answer, status=422, code="licence_type.field.unknown", without="330106199011172045")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"holder_name": None}, "licence_type.field.missing"),
        ({"specialities": "建筑工程"}, "licence_type.field.items"),
        ({"specialities": []}, "licence_type.field.items"),
        ({"holder_name": ["周文静"]}, "licence_type.field.format"),
        ({"sex": "canary"}, "licence_type.field"),
        ({"holder_name": "周\u202e文静"}, "licence_type.field.character"),
        ({"holder_name": "周\x00文静"}, "licence_type.field.character"),
        ({"employer": "x" * 3999}, "licence_type.field.length"),
        ({"certificate_number": "canary-1"}, "licence_type.number"),
        ({"employer": "住330106199011172045"}, "licence_type.field.contains_id"),
        ({"issuing_authority_code": "11330106MB990003X9"}, "licence_type.issuer.mismatch"),
    ],
)
def test_refuses_values_that_do_not_fit_the_type(provinces: Provinces, values: dict[str, Any], code: str) -> None:
    answer = provinces.system.post(CERTIFICATES, body_of(provinces, **values))

    problem(answer, status=422, code=code, without="canary")


@pytest.mark.parametrize("value", [{"a": 1}, 7, None, True, ["a", 1], "x" * 4001, [[]]])
def test_refuses_a_value_that_is_no_text(provinces: Provinces, value: Any) -> None:
    body = body_of(provinces)
    body["values"]["employer"] = value

    problem(provinces.system.post(CERTIFICATES, body), status=400, code="request.invalid", without="xxxx")


def test_refuses_an_end_of_validity_before_its_beginning(provinces: Provinces) -> None:
    body = body_of(provinces, valid_from="2026-03-02", valid_until="2026-03-01")
    body |= {"valid_from": "2026-03-02", "valid_until": "2026-03-01"}

    problem(provinces.system.post(CERTIFICATES, body), status=422, code="licence_type.validity.order")


def test_refuses_dates_that_the_values_contradict(provinces: Provinces) -> None:
    body = body_of(provinces) | {"valid_until": "2028-03-01"}

    problem(provinces.system.post(CERTIFICATES, body), status=422, code="licence_type.validity.mismatch")


def test_refuses_a_type_nobody_defined(provinces: Provinces) -> None:
    body = body_of(provinces) | {"type_code": "11100000000013338W999"}

    problem(provinces.system.post(CERTIFICATES, body), status=404, code="licence_type.unknown")


def test_refuses_a_type_that_the_agency_may_not_issue(provinces: Provinces) -> None:
    answer = provinces.system.post(CERTIFICATES, provinces.cast.issue_body(FOOD))

    problem(answer, status=409, code="issue.type_not_allowed")


@pytest.mark.parametrize("login", ["hz.counter", "zhou.wenjing", "node.admin", "auditor"])
def test_refuses_whoever_is_no_issuing_officer(provinces: Provinces, login: str) -> None:
    client = provinces.person(login)

    problem(client.post(CERTIFICATES, body_of(provinces)), status=403, code="permission.denied")


def test_refuses_another_body_under_the_same_key(provinces: Provinces) -> None:
    key, number = secrets.token_urlsafe(18), fresh_number()
    first = provinces.system.post(CERTIFICATES, body_of(provinces, certificate_number=number), idempotency_key=key)
    assert first.status == 202

    other = body_of(provinces, certificate_number=number, specialities=["机电工程"])
    refused = provinces.system.post(CERTIFICATES, other, idempotency_key=key)

    problem(refused, status=422, code="idempotency.other_body")


@pytest.mark.parametrize("key", ["", "short", "a" * 81, "with blank here", "键" * 10, "../../etc/passwd"])
def test_refuses_a_key_of_another_form(provinces: Provinces, key: str) -> None:
    client = provinces.person("zj.issue")

    data = json.dumps(body_of(provinces)).encode()

    answer = raw(client, "POST", CERTIFICATES, data, Idempotency_Key=key.encode().decode("latin-1"))

    problem(answer, status=400, code="idempotency.missing")


def test_issues_one_licence_for_fifty_requests_at_once_under_one_key(provinces: Provinces) -> None:
    before, key = own_licences(provinces), secrets.token_urlsafe(18)
    body = body_of(provinces, certificate_number=fresh_number())

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(
            pool.map(lambda _: provinces.system.post(CERTIFICATES, body, idempotency_key=key), range(AT_ONCE))
        )

    assert Counter(answer.status for answer in answers) == {202: AT_ONCE}
    assert len({answer.content for answer in answers}) == 1
    wait_released(provinces, answers[0].body["location"])
    assert own_licences(provinces) - before == {answers[0].body["id"]}


def test_refuses_an_assertion_used_twice_or_at_another_node(provinces: Provinces) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": provinces.system._assertion(),
    }
    home, away = (f"{node.url}/oauth/token" for node in provinces.nodes)
    there, first, second = (requests.post(url, data=form, timeout=20) for url in (away, home, home))

    assert first.status_code == 200
    for refused in (second, there):
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    token = {"Authorization": f"Bearer {first.json()['access_token']}"}
    problem(
        anonymous("GET", f"{provinces.sichuan.url}/api/v1/licence-types", b"", **token), status=401, code="auth.token"
    )


def test_refuses_to_revoke_for_another_agency(provinces: Provinces, licence: str) -> None:
    stranger = provinces.person("xihu.issue")

    for act, reason in (("revoke", "penalty"), ("suspend", "penalty"), ("reinstate", "cleared")):
        answer = stranger.post(f"{CERTIFICATES}/{licence}/{act}", {"reason_code": reason})
        problem(answer, status=404, code="issue.unknown")
    assert provinces.system.get(f"{CERTIFICATES}/{licence}").expect(200)["state"] == "valid"
