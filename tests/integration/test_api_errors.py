"""Errors leave the API as problem documents with stable codes, and never with what was sent."""

import json
from typing import Any

import pytest
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts.api.strict_serializer import StrictSerializer
from accounts.core.errors import AuthenticationFailed, IdentityCodeError, NotPermitted
from certificates.core.errors import CertificatesError, IssueError, LicenceTypeError
from config.api_errors import STATUS_BY_CODE, status_of
from config.error_answers import server_error
from config.strict_json_parser import MAX_BODY_BYTES
from verification.core.errors import LogError, PolicyError, VerificationError

SECRET = "33010119900307131X"


class _Body(StrictSerializer):
    name = serializers.CharField(max_length=5)
    day = serializers.DateField(required=False)
    parts = serializers.ListField(child=serializers.IntegerField(), required=False)
    values = serializers.DictField(child=serializers.IntegerField(), required=False)


class _View(APIView):
    """Raises what it was given, or reads the body as the API does."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    error: Exception | None = None

    def post(self, request: Request) -> Response:
        if self.error is not None:
            raise self.error
        body = _Body(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(body.validated_data)


def _answer(error: Exception | None = None, data: bytes = b"{}", content_type: str = "application/json") -> Any:
    request = APIRequestFactory().post("/x", data=data, content_type=content_type)
    answer = _View.as_view(error=error)(request)
    return answer.render()


def _problem(answer: Any) -> dict[str, Any]:
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = json.loads(answer.content)
    assert body["type"] == f"urn:huzheng:error:{body['code']}"
    assert body["status"] == answer.status_code
    assert body["title"]
    assert SECRET not in answer.content.decode()
    return body


@pytest.mark.parametrize(("code", "status"), sorted(STATUS_BY_CODE.items()))
def test_every_mapped_code_gets_its_status_also_below_its_prefix(code: str, status: int) -> None:
    for kind in (CertificatesError, VerificationError):
        answer = _answer(kind(code, "a sentence"))
        assert answer.status_code == status
        assert _problem(answer)["code"] == code
    deeper = f"{code}.some.detail"
    assert status_of(deeper) == status


def test_the_longest_known_prefix_decides_and_the_unknown_is_bad_input() -> None:
    assert status_of("licence_type.unknown") == 404
    assert status_of("licence_type.unknown_field") == 422
    assert status_of("json.duplicate") == 400
    assert status_of("") == 400


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotPermitted(), 403, "permission.denied"),
        (AuthenticationFailed("auth.replay", "the assertion was used before"), 401, "auth.replay"),
        (IdentityCodeError("identity.uscc.length", "too short"), 422, "identity.uscc.length"),
        (IssueError("issue.number_in_use", "the number is taken"), 409, "issue.number_in_use"),
        (LicenceTypeError("licence_type.field.missing"), 422, "licence_type.field.missing"),
        (LogError("log.stalled", "no look-up is answered"), 503, "log.stalled"),
        (PolicyError("purpose.too_short", "the reason is too short"), 400, "purpose.too_short"),
        (Http404(SECRET), 404, "not_found"),
        (exceptions.NotAuthenticated(SECRET), 401, "auth.required"),
        (exceptions.AuthenticationFailed(SECRET), 401, "auth.required"),
        (exceptions.PermissionDenied(SECRET), 403, "request.permission_denied"),
        (exceptions.MethodNotAllowed(SECRET), 405, "request.method_not_allowed"),
        (exceptions.UnsupportedMediaType(SECRET), 415, "request.unsupported_media_type"),
        (exceptions.Throttled(30), 429, "request.throttled"),
        (exceptions.ValidationError({"name": [SECRET]}), 400, "request.invalid"),
        (exceptions.ParseError(SECRET), 400, "parse_error"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_every_kind_of_error_is_a_problem_document(error: Exception, status: int, code: str) -> None:
    answer = _answer(error)
    assert answer.status_code == status
    assert _problem(answer)["code"] == code
    assert ("WWW-Authenticate" in answer) == (status == 401)


def test_a_throttled_caller_is_told_when_to_come_back() -> None:
    assert _answer(exceptions.Throttled(30))["Retry-After"] == "31"


def test_an_error_that_names_a_field_says_which() -> None:
    error = LicenceTypeError("licence_type.field.length", "too long")
    error.field = "holder_name"  # type: ignore[attr-defined]
    assert _problem(_answer(error))["field"] == "holder_name"


def test_an_unforeseen_error_is_not_caught_and_its_page_says_nothing() -> None:
    with pytest.raises(ZeroDivisionError):
        _answer(ZeroDivisionError(SECRET))
    answer = server_error(APIRequestFactory().get("/api/v1/certificates"))
    assert answer.status_code == 500
    assert _problem(answer)["code"] == "server.error"


@pytest.mark.parametrize(
    ("body", "members"),
    [
        ({"name": SECRET}, [{"member": "name", "code": "max_length"}]),
        ({}, [{"member": "name", "code": "required"}]),
        ({"name": "ok", "day": SECRET}, [{"member": "day", "code": "invalid"}]),
        ({"name": "ok", "parts": [1, SECRET]}, [{"member": "parts.1", "code": "invalid"}]),
        ({"name": "ok", "values": {"some_field": SECRET}}, [{"member": "values.some_field", "code": "invalid"}]),
        ({"name": "ok", "values": {SECRET: SECRET}}, [{"member": "values.*", "code": "invalid"}]),
        ({"name": None}, [{"member": "name", "code": "null"}]),
        ([SECRET], [{"member": "non_field_errors", "code": "invalid"}]),
    ],
)
def test_a_body_that_does_not_fit_is_answered_by_names_and_rules_only(body: Any, members: list[dict[str, str]]) -> None:
    answer = _answer(data=json.dumps(body).encode())
    assert answer.status_code == 400
    problem = _problem(answer)
    assert (problem["code"], problem["invalid"]) == ("request.invalid", members)


def test_refuses_an_unknown_member() -> None:
    answer = _answer(data=json.dumps({"name": "ok", SECRET: 1}).encode())
    assert answer.status_code == 400
    assert _problem(answer)["code"] == "request.invalid"
    assert _answer(data=b'{"name":"ok"}').status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        b'{"name":"a","name":"b"}',
        b'{"name":"a","n\\u0061me":"b"}',
        b'{"name":NaN}',
        b'{"name":Infinity}',
        b'\xef\xbb\xbf{"name":"a"}',
        '{"name":"a"}'.encode("utf-16"),
        b'{"name":"\\ud800"}',
        b'{"name":"\xff"}',
        b'{"name":"a"} x',
        b'{"name":"a",}',
        b" ",
        b"[" * 40 + b"]" * 40,
        b'{"name":"' + b"a" * MAX_BODY_BYTES + b'"}',
    ],
    ids=[
        "repeated member", "repeated by escape", "NaN", "Infinity", "byte order mark", "UTF-16", "lone surrogate",
        "no UTF-8", "more after it", "trailing comma", "blank", "deep", "too long",
    ],
)  # fmt: skip
def test_refuses_a_body_with_more_than_one_reading(data: bytes) -> None:
    answer = _answer(data=data)
    assert answer.status_code == 400
    assert _problem(answer)["code"].split(".")[0] in {"json", "limit"}


def test_refuses_a_body_of_another_type() -> None:
    answer = _answer(data=b"name=a", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 415
    _problem(answer)
