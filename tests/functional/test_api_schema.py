"""The API's description is valid OpenAPI, and says of every address who may call it, with what, and how it refuses."""

import re
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from drf_spectacular.validation import validate_schema

from accounts.core.permissions import Scope
from config.error_answers import for_machines
from tests.functional.test_oauth import NEEDED


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Client().get("/api/schema").content)
    return found


def operations(schema: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Method and path of every address, with what is said of it."""
    return {
        (method.upper(), path): operation
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }


def test_is_valid(schema: dict[str, Any]) -> None:
    validate_schema(schema)


def test_names_the_three_ways_to_call(schema: dict[str, Any]) -> None:
    schemes = schema["components"]["securitySchemes"]
    assert set(schemes) == {"systemToken", "session", "provinceSignature"}
    flow = schemes["systemToken"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == "/oauth/token"
    assert set(flow["scopes"]) == {scope.value for scope in Scope}
    assert schemes["session"]["name"] == settings.SESSION_COOKIE_NAME
    assert "RFC 9421" in schemes["provinceSignature"]["description"]


@pytest.mark.parametrize(("method", "route"), sorted(NEEDED))
def test_says_which_scopes_an_address_needs_and_that_the_operator_is_named(
    schema: dict[str, Any], method: str, route: str
) -> None:
    operation = operations(schema)[method, "/" + route.replace("<uuid:", "{").replace(">", "}")]
    needed = NEEDED[method, route]
    assert {"session": []} in operation["security"]
    asked = [set(one["systemToken"]) for one in operation["security"] if "systemToken" in one]
    assert asked == ([] if needed is None else [{scope.value for scope in needed}])
    named = [one["name"] for one in operation.get("parameters", ())]
    assert named.count("Operator") == (0 if needed is None else 1)
    assert {"429", "default"} <= operation["responses"].keys()


def test_provinces_sign_and_anyone_may_ask_for_a_token(schema: dict[str, Any]) -> None:
    found = operations(schema)
    assert found["POST", "/recognition/v1/lookups"]["security"] == [{"provinceSignature": []}]
    assert found["POST", "/oauth/token"]["security"] == [{}]


def test_every_address_belongs_to_an_area_that_is_described(schema: dict[str, Any]) -> None:
    described = {tag["name"] for tag in schema["tags"]}
    used = {tag for operation in operations(schema).values() for tag in operation["tags"]}
    assert used == described
    assert all(len(operation["tags"]) == 1 for operation in operations(schema).values())


def _routes(patterns: Any, before: str = "") -> set[str]:
    found = set()
    for one in patterns:
        route = before + str(one.pattern)
        found |= _routes(one.url_patterns, route) if hasattr(one, "url_patterns") else {route}
    return found


def test_every_address_for_systems_is_described(schema: dict[str, Any]) -> None:
    machines = [re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", route) for route in _routes(get_resolver().url_patterns)]
    served = {f"/{route}" for route in machines if for_machines(f"/{route}")}
    own = {"/api/schema", "/api/docs"}
    assert len(served) > 30
    assert served - own == set(schema["paths"])


def test_no_two_addresses_have_one_name(schema: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in operations(schema).values()]
    assert len(names) == len(set(names))
    assert all(name.replace("_", "").isalnum() for name in names)


def test_the_icon_that_browsers_ask_for_is_there() -> None:
    answer = Client().get("/favicon.ico")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer.content.startswith(b"<svg")
    assert "max-age" in answer["Cache-Control"]
