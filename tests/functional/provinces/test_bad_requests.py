"""Garbage at every address: no server error anywhere, a problem document with a code, and never a word of what was sent."""

import json
import re
import uuid

import pytest
import requests

from demo.clients import Answer, PersonClient
from tests.functional.provinces.addresses import machine_addresses
from tests.functional.provinces.steps import anonymous, problem, question, raw
from tests.functional.provinces.world import Provinces

CANARY = "canary7Qz"
VERIFICATIONS = "/api/v1/verifications"
WITNESS = "/log/add-checkpoint"  # C2SP tlog-witness has answers of its own: a status and plain text
PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?\w+>")
IDS = {
    "uuid": (str(uuid.UUID(int=0)), CANARY, "330106199011172045", "%00"),
    "int": ("0", "9" * 40, "-1", CANARY),
    "str": (CANARY, "0" * 64, "%ff", "%2e%2e%2f"),
    "path": (CANARY, "0/000", "9/999", "entries/x001/000", "0/000.p/0", "../checkpoint", "%00", "0/" + "9" * 300),
    "slug": (CANARY,),
}
BODIES = (
    b"",
    b"{}",
    b"null",
    b"7",
    f'"{CANARY}"'.encode(),
    f"{CANARY} is no JSON".encode(),
    f'{{"{CANARY}":"{CANARY}"}}'.encode(),
    f'[{{"{CANARY}":1}}]'.encode(),
    b'{"values":7,"fields":7,"grains":7,"presentation":7,"certificate_id":7}',
    f'{{"values":{{"{CANARY}":{{"{CANARY}":1}}}},"fields":{{"{CANARY}":"{CANARY}"}},"grains":{{"{CANARY}":null}}}}'.encode(),
    b"\x00\xff\xfe" * 300,
    b"[" * 3000,
    b'{"a":1e999}',
)
TYPES = ("application/json", "application/octet-stream", "multipart/form-data", "text/html; charset=utf-7", CANARY)


def addresses(route: str) -> tuple[str, ...]:
    """Every garbage that fits in the place of a route's parameter."""
    found = PARAMETER.search(route)
    if found is None:
        return (f"/{route}", f"/{route}?{CANARY}={CANARY}&before={CANARY}&format={CANARY}")
    return tuple(f"/{PARAMETER.sub(given, route)}" for given in IDS[found["kind"] or "str"])


def well_answered(answer: Answer, path: str) -> None:
    """Demand an answer that a client can act on, and that says nothing back."""
    assert answer.status < 500, path
    assert CANARY.encode() not in answer.content, path
    assert all(CANARY not in value for name, value in answer.headers.items()), path
    if answer.status < 400 or path.startswith(WITNESS):
        return
    body = json.loads(answer.content)
    if path.startswith("/oauth/token") and "error" in body:  # RFC 6749 section 5.2 has a form of its own
        assert answer.headers["Content-Type"] == "application/json", path
    else:
        assert answer.headers["Content-Type"] == "application/problem+json", path
        assert body["status"] == answer.status
    assert re.fullmatch(r"[a-z][a-z0-9_.]+", body["code"])


@pytest.fixture(scope="module")
def callers(provinces: Provinces) -> tuple[PersonClient, ...]:
    nobody = PersonClient.__new__(PersonClient)
    nobody.base_url, nobody._session = provinces.zhejiang.url, requests.Session()
    issuing = provinces.person("zj.issue")
    return nobody, issuing, provinces.counter, provinces.holder


def test_the_table_has_every_address_of_the_design() -> None:
    known = machine_addresses()
    assert len(known) >= 28
    for demanded in (
        "api/v1/certificates",
        "api/v1/verifications/document",
        "recognition/v1/lookups",
        "log/add-checkpoint",
    ):
        assert demanded in known


@pytest.mark.parametrize("route", machine_addresses())
def test_answers_garbage_with_a_problem_and_repeats_nothing(
    provinces: Provinces, callers: tuple[PersonClient, ...], route: str
) -> None:
    paths = addresses(route)
    # Only the API asks who is signed in; other provinces sign, and the rest is for anyone.
    for client in callers if route.startswith("api/") else callers[:1]:
        for path in paths:
            well_answered(raw(client, "GET", path, b""), path)
            well_answered(raw(client, "POST", path, BODIES[6]), path)
        for method in ("PUT", "DELETE", "OPTIONS", "BREW"):
            well_answered(raw(client, method, paths[0], b""), paths[0])
        for body in BODIES:
            well_answered(raw(client, "POST", paths[0], body), paths[0])
        for kind in TYPES:
            well_answered(raw(client, "POST", paths[0], BODIES[6], Content_Type=kind), paths[0])


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": f"{CANARY}.example"},
        {"Authorization": f"Bearer {CANARY}"},
        {"Authorization": "Bearer a.b.c"},
        {"Authorization": "Basic Y2FuYXJ5N1F6"},
        {"Cookie": f"huzheng_330000={CANARY}"},
        {"Accept": f"text/{CANARY}"},
        {"Accept-Language": CANARY * 30},
        {"Accept-Encoding": CANARY},
        {"Content-Type": "application/json; charset=utf-16"},
        {"X-HTTP-Method-Override": "DELETE"},
        {"X-Forwarded-Host": CANARY, "X-Forwarded-Proto": "https"},
        {"If-None-Match": f'"{CANARY}"'},
        {"Range": "bytes=0-99999999999"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_answers_odd_headers_with_a_problem_and_repeats_nothing(provinces: Provinces, headers: dict[str, str]) -> None:
    for path in ("/api/v1/licence-types", "/api/v1/me/lookups", "/recognition/v1/agency-keys", "/status-lists/1"):
        well_answered(anonymous("GET", provinces.zhejiang.url + path, b"", **headers), path)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "json.malformed"),
        (CANARY.encode(), "json.malformed"),
        (b"\xef\xbb\xbf{}", "json"),
        ('{"a":"\udc80"}'.encode("utf-8", "surrogatepass"), "json"),
        (b'{"purpose":"a","purpose":"b"}', "json.duplicate_member"),
        (b'{"purpose":"a","purp\\u006fse":"b"}', "json.duplicate_member"),
        (b'{"a":NaN}', "json"),
        (b"[" * 500 + b"]" * 500, "json"),
        (b'{"purpose":"' + b"a" * (256 * 1024) + b'"}', "json.too_large"),
    ],
    ids=["cut", "no JSON", "BOM", "surrogate", "twice", "twice by escape", "NaN", "deep", "large"],
)
def test_refuses_a_body_with_more_than_one_reading_or_too_much_of_it(
    provinces: Provinces, data: bytes, code: str
) -> None:
    problem(raw(provinces.counter, "POST", VERIFICATIONS, data), status=400, code=code, without=CANARY)


def test_refuses_a_member_nobody_asked_for(provinces: Provinces) -> None:
    body = json.dumps(question(CANARY) | {CANARY: CANARY}).encode()

    found = problem(
        raw(provinces.counter, "POST", VERIFICATIONS, body), status=400, code="request.invalid", without=CANARY
    )
    assert found["invalid"] == [{"member": "non_field_errors", "code": "unknown_member"}]


def test_refuses_another_content_type(provinces: Provinces) -> None:
    body = json.dumps(question(CANARY)).encode()
    for kind in (
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ):
        answer = raw(provinces.counter, "POST", VERIFICATIONS, body, Content_Type=kind)
        problem(answer, status=415, code="request.unsupported_media_type", without=CANARY)


def test_refuses_another_method(provinces: Provinces) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = raw(provinces.counter, method, VERIFICATIONS, b"")
        problem(answer, status=405, code="request.method_not_allowed")


def test_refuses_a_session_without_its_token(provinces: Provinces) -> None:
    answer = raw(provinces.counter, "POST", VERIFICATIONS, b"{}", X_CSRFToken="")

    problem(answer, status=403, code="request.permission_denied")


@pytest.mark.parametrize(
    "moment", [CANARY, "2026-99-99T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00%2B14:00"]
)
def test_refuses_a_page_of_looks_before_no_moment(provinces: Provinces, moment: str) -> None:
    answer = provinces.holder.get(f"/api/v1/me/lookups?before={moment}")

    problem(answer, status=400, code="request.before", without=CANARY)
    assert provinces.holder.get(f"/my/lookups?before={moment}").status == 404


@pytest.mark.parametrize("path", ["values", "seal-code", "credential", "document"])
def test_shows_nobody_elses_licence(provinces: Provinces, licence: str, path: str) -> None:
    stranger = provinces.person("zhang.yan")
    for client in (stranger, provinces.counter):
        problem(client.get(f"/api/v1/me/certificates/{licence}/{path}"), status=403, code="permission.denied")


def test_presents_nobody_elses_licence(provinces: Provinces, licence: str) -> None:
    stranger = provinces.person("zhang.yan")
    answer = stranger.post("/api/v1/presentations", {"certificate_id": licence, "grains": {"holder_name": "full"}})

    assert 400 <= answer.status < 500
    problem(answer, status=answer.status, code=answer.body["code"])
