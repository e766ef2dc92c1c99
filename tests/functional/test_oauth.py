"""Agencies' systems over HTTP: a token by the standard, who acts in every call, and scopes at every address."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
import time_machine
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from joserfc.jwk import ECKey
from pytest_django import Settings

from accounts.adapters.rate_counts import forget_shares
from accounts.core.permissions import Scope
from accounts.models import Agency, ApiClient
from accounts.services.register_api_client import register_api_client
from tests.integration.accounts_steps import (
    CLIENT_ID,
    KEY,
    OPERATOR,
    TOKEN_PATH,
    assertion,
    call_headers,
    claims,
    operator_header,
    token_form,
)
from tests.integration.factories import Node
from verification.models import JournalHour

pytestmark = pytest.mark.django_db

ANYBODY: frozenset[Scope] = frozenset()
PEOPLE_ONLY = None
# Every address of the API with its methods: which scopes a system's token must hold, all of them.
NEEDED: dict[tuple[str, str], frozenset[Scope] | None] = {
    ("POST", "api/v1/certificates"): frozenset({Scope.CERTIFICATES_ISSUE}),
    ("GET", "api/v1/certificates/<uuid:certificate_id>"): frozenset({Scope.CERTIFICATES_READ}),
    ("POST", "api/v1/certificates/<uuid:certificate_id>/document"): frozenset({Scope.CERTIFICATES_ISSUE}),
    ("POST", "api/v1/certificates/<uuid:certificate_id>/copies/revoke"): frozenset({Scope.CERTIFICATES_MANAGE}),
    ("POST", "api/v1/certificates/<uuid:certificate_id>/correct"): frozenset(
        {Scope.CERTIFICATES_ISSUE, Scope.CERTIFICATES_MANAGE}
    ),
    ("POST", "api/v1/certificates/<uuid:certificate_id>/revoke"): frozenset(
        {Scope.CERTIFICATES_MANAGE, Scope.CERTIFICATES_READ}
    ),
    ("POST", "api/v1/certificates/<uuid:certificate_id>/suspend"): frozenset(
        {Scope.CERTIFICATES_MANAGE, Scope.CERTIFICATES_READ}
    ),
    ("POST", "api/v1/certificates/<uuid:certificate_id>/reinstate"): frozenset(
        {Scope.CERTIFICATES_MANAGE, Scope.CERTIFICATES_READ}
    ),
    ("GET", "api/v1/licence-types"): ANYBODY,
    ("GET", "api/v1/me/certificates"): PEOPLE_ONLY,
    ("POST", "api/v1/presentations"): PEOPLE_ONLY,
    ("POST", "api/v1/verifications"): frozenset({Scope.VERIFICATIONS_WRITE}),
    ("POST", "api/v1/verifications/document"): frozenset({Scope.VERIFICATIONS_WRITE}),
    ("GET", "api/v1/lookups/<uuid:lookup_id>/receipt"): frozenset({Scope.LOOKUPS_READ}),
    ("GET", "api/v1/lookups/<uuid:lookup_id>/receipt/document"): frozenset({Scope.LOOKUPS_READ}),
    ("GET", "api/v1/me/lookups"): PEOPLE_ONLY,
    ("GET", "api/v1/me/certificates/<uuid:certificate_id>/values"): PEOPLE_ONLY,
    ("GET", "api/v1/me/certificates/<uuid:certificate_id>/seal-code"): PEOPLE_ONLY,
    ("GET", "api/v1/me/certificates/<uuid:certificate_id>/credential"): PEOPLE_ONLY,
    ("GET", "api/v1/me/certificates/<uuid:certificate_id>/document"): PEOPLE_ONLY,
    ("GET", "api/v1/me/copies"): PEOPLE_ONLY,
    ("POST", "api/v1/me/copies"): PEOPLE_ONLY,
    ("GET", "api/v1/me/copies/<uuid:copy_id>/file"): PEOPLE_ONLY,
    ("POST", "api/v1/me/copies/<uuid:copy_id>/revoke"): PEOPLE_ONLY,
    ("GET", "api/v1/copies"): frozenset({Scope.VERIFICATIONS_WRITE}),
    ("POST", "api/v1/copies"): frozenset({Scope.VERIFICATIONS_WRITE}),
    ("GET", "api/v1/copies/<uuid:copy_id>/file"): frozenset({Scope.VERIFICATIONS_WRITE}),
    ("POST", "api/v1/copies/<uuid:copy_id>/revoke"): frozenset({Scope.VERIFICATIONS_WRITE}),
}
SETS_OF_SCOPES = [frozenset({one}) for one in Scope] + [frozenset(Scope) - {one} for one in Scope] + [frozenset(Scope)]


@pytest.fixture(autouse=True)
def _registered_system(node: Node) -> None:
    Agency.objects.filter(pk=node.agency.pk).update(relies=True)
    register_api_client(
        client_id=CLIENT_ID,
        agency_uscc=node.agency.uscc,
        keys=KEY.as_dict(private=False),
        scopes=[scope.value for scope in Scope],
        at=datetime.now(tz=UTC),
    )


def now() -> datetime:
    return datetime.now(tz=UTC)


def ask(form: dict[str, str] | str | None = None, *, query: str = "", **headers: str) -> HttpResponse:
    """A request for a token; text is sent as it is."""
    given = token_form(assertion(claims(now()))) if form is None else form
    body = given if isinstance(given, str) else urlencode(given)
    sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    kind = sent.pop("Content-Type")
    return Client().generic("POST", TOKEN_PATH + query, body, content_type=kind, headers=sent)  # type: ignore[return-value]


def counted() -> dict[str, int]:
    row = JournalHour.objects.first()
    return {} if row is None else row.counts


def addresses() -> Iterator[tuple[str, str]]:
    def walk(patterns: list[Any], before: str) -> Iterator[tuple[str, str]]:
        for one in patterns:
            path = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, path)
            elif isinstance(one, URLPattern) and path.startswith("api/v1/"):
                view = one.callback.view_class  # type: ignore[attr-defined]
                yield from (
                    (method.upper(), path)
                    for method in ("get", "post", "put", "patch", "delete")
                    if hasattr(view, method)
                )

    return walk(get_resolver().url_patterns, "")


def test_every_address_of_the_api_says_which_scopes_it_needs() -> None:
    assert set(addresses()) == set(NEEDED)


@pytest.mark.parametrize(("method", "path"), sorted(NEEDED))
def test_refuses_every_token_without_the_scopes_of_an_address_and_no_other(method: str, path: str) -> None:
    needed = NEEDED[method, path]
    url = "/" + re.sub(r"<uuid:[a-z_]+>", str(UUID(int=4)), path)
    for held in SETS_OF_SCOPES:
        headers = call_headers(at=now(), scope=" ".join(sorted(held)))
        answer = Client().generic(method, url, b"{}", content_type="application/json", headers=headers)
        code = json.loads(answer.content).get("code")
        if needed is None:
            assert (answer.status_code, code) == (403, "permission.denied"), held
        elif needed <= held:
            assert answer.status_code != 403, held
            assert code not in {"scope.missing", "permission.denied"}, held
        else:
            assert (answer.status_code, code) == (403, "scope.missing"), held
            assert answer["WWW-Authenticate"] == 'Bearer error="insufficient_scope"'


def told(answer: HttpResponse) -> tuple[int, str, str]:
    """Status, the standard's word, and our code of a refused request for a token."""
    found = json.loads(answer.content)
    assert set(found) == {"error", "error_description", "code"}
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    return answer.status_code, found["error"], found["code"]


def test_gives_a_token_by_the_standard_which_opens_the_api() -> None:
    answer = ask()
    given = json.loads(answer.content)
    assert answer.status_code == 200
    assert (answer["Cache-Control"], answer["Pragma"]) == ("no-store", "no-cache")
    assert set(given) == {"access_token", "token_type", "expires_in", "scope"}
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 600)
    assert given["scope"].split(" ") == sorted(scope.value for scope in Scope)
    for scheme in ("Bearer", "bearer", "BEARER"):
        headers = {"Authorization": f"{scheme} {given['access_token']}", "Operator": operator_header(OPERATOR)}
        assert Client().get("/api/v1/licence-types", headers=headers).status_code == 200


def test_the_server_describes_itself() -> None:
    answer = Client().get("/.well-known/oauth-authorization-server")
    found = answer.json()
    url = django_settings.NODE.node_url
    assert answer["Content-Type"] == "application/json"
    assert (found["issuer"], found["token_endpoint"]) == (url, f"{url}/oauth/token")
    assert found["grant_types_supported"] == ["client_credentials"]
    assert found["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert "ES256" in found["token_endpoint_auth_signing_alg_values_supported"]
    assert "none" not in found["token_endpoint_auth_signing_alg_values_supported"]
    assert found["scopes_supported"] == [scope.value for scope in Scope]
    assert found["response_types_supported"] == []


def test_refuses_what_is_no_form_of_the_standard() -> None:
    form = token_form(assertion(claims(now())))
    cases = [
        ask(json.dumps(form), **{"Content-Type": "application/json"}),
        ask(""),
        ask("%ff=%00&&"),
        ask("ä".encode().decode("latin-1")),
        ask("a=&" * 2000),
        ask("x" * 20_000),
        ask("x", **{"Content-Type": "application/x-www-form-urlencoded; charset=hex"}),
        ask("x", **{"Content-Type": "multipart/form-data; boundary=x"}),
        ask("x", **{"Content-Type": "/"}),
        ask({**form, "client_secret": "x"}),
        ask(f"{urlencode(form)}&scope=a&scope=b"),
        ask(f"{urlencode(form)}&grant_type=client_credentials"),
        ask(form, query="?scope=lookups:read"),
        ask(form, Authorization="Basic emo6eA=="),
        *(ask({name: value for name, value in form.items() if name != gone}) for gone in form),
    ]
    assert {told(answer) for answer in cases} == {(400, "invalid_request", "oauth.form")}
    assert counted() == {"oauth.form": len(cases)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"grant_type": "password"}, (400, "unsupported_grant_type", "oauth.grant_type")),
        ({"client_assertion_type": "x"}, (400, "invalid_request", "oauth.assertion_type")),
        ({"client_assertion": "x"}, (401, "invalid_client", "oauth.assertion")),
        ({"client_id": "zj-other"}, (401, "invalid_client", "oauth.client")),
        ({"scope": "everything"}, (400, "invalid_scope", "oauth.scope")),
    ],
)
def test_refuses_by_the_words_of_the_standard(changes: dict[str, str], expected: tuple[int, str, str]) -> None:
    answer = ask({**token_form(assertion(claims(now()))), **changes})
    assert told(answer) == expected
    assert ("WWW-Authenticate" in answer) == (expected[0] == 401)
    assert counted() == {expected[2]: 1}


def test_tells_strangers_replays_and_other_audiences_apart_by_code_alone() -> None:
    once = token_form(assertion(claims(now())))
    assert ask(once).status_code == 200
    stranger = ECKey.generate_key("P-256")
    cases = {
        "oauth.replay": ask(once),
        "oauth.signature": ask(token_form(assertion(claims(now()), key=stranger, header={"kid": KEY.thumbprint()}))),
        "oauth.client": ask(token_form(assertion(claims(now()), key=stranger))),
        "oauth.audience": ask(token_form(assertion(claims(now(), aud="https://other.example/oauth/token")))),
    }
    assert {code: told(answer) for code, answer in cases.items()} == {
        code: (401, "invalid_client", code) for code in cases
    }


def test_refuses_any_other_method_than_post_at_the_token_endpoint() -> None:
    assert {Client().generic(method, TOKEN_PATH).status_code for method in ("GET", "PUT", "DELETE")} == {405}


def test_refuses_a_token_that_is_none_and_says_so_by_the_standard() -> None:
    answer = Client().get("/api/v1/licence-types", headers={"Authorization": "Bearer x", "Operator": "x"})
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.token")
    assert answer["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert counted() == {"auth.token": 1}


def test_refuses_a_token_in_the_address_or_the_body() -> None:
    given = json.loads(ask().content)["access_token"]
    headers = {"Operator": operator_header(OPERATOR)}
    answer = Client().get(f"/api/v1/licence-types?access_token={given}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.required")


def test_refuses_an_assertion_in_place_of_a_token() -> None:
    signed = assertion(claims(now()))
    answer = Client().get("/api/v1/licence-types", headers={"Authorization": f"Bearer {signed}"})
    assert answer.json()["code"] == "auth.token"


@pytest.mark.parametrize(("header", "code"), [(None, "operator.missing"), ("0017", "operator.malformed")])
def test_refuses_a_call_that_does_not_say_who_acts(header: str | None, code: str) -> None:
    headers = {**call_headers(at=now()), "Operator": header}
    answer = Client().get(
        "/api/v1/licence-types", headers={name: text for name, text in headers.items() if text is not None}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert counted() == {code: 1}
    assert "0017" not in answer.content.decode()


def test_a_closed_system_is_refused_from_the_next_call_on() -> None:
    headers = call_headers(at=now())
    assert Client().get("/api/v1/licence-types", headers=headers).status_code == 200
    ApiClient.objects.update(is_active=False)
    assert Client().get("/api/v1/licence-types", headers=headers).json()["code"] == "auth.token"


def test_refuses_a_caller_beyond_its_calls_with_a_problem_and_a_time(settings: Settings) -> None:
    settings.RATES_PER_MINUTE = {**settings.RATES_PER_MINUTE, "api_caller": 2}
    forget_shares()
    with time_machine.travel(now().replace(second=10), tick=False):
        headers = call_headers(at=now())
        answers = [Client().get("/api/v1/licence-types", headers=headers) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[-1].json()["code"] == "rate.api_caller"
    assert answers[-1]["Retry-After"] == "50"
    assert counted()["rate.api_caller"] == 1
