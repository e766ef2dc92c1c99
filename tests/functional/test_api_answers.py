"""The API over HTTP: nothing is cached on the way, and a call that is refused before it is a look leaves a count."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import UUIDConverter

from tests.functional.page_steps import Journey
from tests.integration.recognition_steps import HOME_MATTER, PURPOSE
from verification.models import JournalHour, LogEntry

pytestmark = pytest.mark.django_db
VERIFY, DOCUMENT = "/api/v1/verifications", "/api/v1/verifications/document"
FORM = {"matter_code": HOME_MATTER, "case_number": "HZZB202600012", "purpose": PURPOSE}


def api_paths() -> Iterator[str]:
    """Every address of the API, with the id of nothing where an id goes."""

    def walk(patterns: list[Any], before: str) -> Iterator[str]:
        for one in patterns:
            path = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, path)
            elif isinstance(one, URLPattern) and path.startswith("api/v1/"):
                assert all(isinstance(kind, UUIDConverter) for kind in one.pattern.converters.values())
                for name in one.pattern.converters:
                    path = path.replace(f"<uuid:{name}>", str(UUID(int=4)))
                yield f"/{path}"

    return walk(get_resolver().url_patterns, "")


def test_nothing_of_the_api_is_kept_on_the_way(journey: Journey) -> None:
    paths = list(api_paths())
    assert len(paths) > 15
    for client in (journey.counter, journey.holder, Client()):
        for path in paths:
            for answer in (client.get(path), client.post(path, b"{}", content_type="application/json")):
                assert answer["Cache-Control"] == "no-store", path


def counted() -> Mapping[str, int]:
    row = JournalHour.objects.first()
    return {} if row is None else row.counts


def test_counts_a_call_refused_before_it_is_a_look(journey: Journey) -> None:
    before = LogEntry.objects.count()
    key = {"Idempotency-Key": "look-0001"}
    whole = {**FORM, "presentation": "HZP1:330000:ABCDEFGHIJKLMNOPQRSTUVWXYZ", "fields": {}}
    for client, body, code in (
        (journey.holder, whole, "permission.denied"),
        (journey.counter, {**whole, "unknown": 1}, "request.invalid"),
        (journey.counter, {**whole, "matter_code": "没有"}, "request.form"),
        (Client(), whole, "auth.required"),
    ):
        answer = client.post(VERIFY, json.dumps(body), content_type="application/json", headers=key)
        assert json.loads(answer.content)["code"] == code
        assert counted()[code] == 1, counted()
    assert set(counted().values()) == {1}
    assert LogEntry.objects.count() == before


@pytest.mark.parametrize("twice", ["document", "purpose"])
def test_refuses_two_documents(journey: Journey, twice: str) -> None:
    form: dict[str, Any] = {**FORM, "fields": "{}", "document": pdf()}
    form[twice] = [form[twice], pdf() if twice == "document" else "另一个事由：核验投标资格"]
    answer = journey.counter.post(DOCUMENT, form, headers={"Idempotency-Key": str(uuid4())})

    assert answer.status_code == 400
    assert json.loads(answer.content)["code"] == "request.invalid"
    one = {**form, twice: form[twice][0]}
    one["document"] = pdf()
    assert journey.counter.post(DOCUMENT, one, headers={"Idempotency-Key": str(uuid4())}).status_code == 200


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("licence.pdf", b"%PDF-1.7\n", "application/pdf")
