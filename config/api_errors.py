"""The only mapping from errors to HTTP answers: problem+json (RFC 9457) with stable codes and no value of the input."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http.response import Http404
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from accounts.core.errors import AccountsError, RateLimited, TokenRefused
from certificates.core.errors import CertificatesError
from certificates.core.sd_jwt_format import FIELD_NAME
from verification.core.errors import VerificationError
from verification.services.journal_refusal import journal_refusal

PROBLEM_JSON = "application/problem+json"

# The longest matching prefix of the code decides; what stands nowhere is the caller's malformed input.
STATUS_BY_CODE: Mapping[str, int] = {
    "permission": 403,
    "scope": 403,
    "auth": 401,
    "rate": 429,
    "idempotency.other_body": 422,
    "receipt.unknown": 404,
    "receipt.waiting": 409,
    "receipt.erased": 410,
    "document.no_key": 503,
    "document.timestamp_waits": 503,
    "issue": 409,
    "issue.unknown": 404,
    "issue.key_stopped": 503,
    "licence_type": 422,
    "licence_type.unknown": 404,
    "identity": 422,
    "identifier": 422,
    "presentation": 422,
    "document.unknown": 404,
    "document.not_ready": 409,
    "document.storage": 503,
    "document.file_missing": 503,
    "document.altered": 503,
    "key.backend_unavailable": 503,
    "key.rate": 503,
    "copy": 422,
    "copy.unknown": 404,
    "copy.not_of_licence": 404,
    "copy.too_many": 429,
    "copy.handed_no_more": 403,
    "copy.licence_ended": 409,
    "copy.expired": 410,
    "copy.revoked": 410,
    "cipher.erased": 410,
    "cipher.empty": 410,
    "log.stalled": 503,
    "log.storage_older": 503,
    "log.witness.ahead": 503,
    "log.mark": 503,
    "log.unknown": 404,
    "trust_list": 503,
    "message": 401,
    "limit.upload": 413,
    "usage.past_not_allowed": 403,
    "agency.not_relying": 403,
    "matter": 403,
    "request.as_of_future": 403,
    "request.as_of_too_old": 403,
    "status_list.unknown": 404,
    "status_list.time": 404,
}

# A call refused before it is a look leaves no entry; it counts in the journal, so that trying about leaves a trace.
_COUNTED_PATHS = ("/api/v1/", "/oauth/")
_COUNTED = frozenset({"auth", "permission", "scope", "operator", "oauth", "rate", "request", "json", "parse_error"})
# RFC 6750 section 3.1: what a client is told about its token, by the code.
_BEARER_WORDS: Mapping[str, str] = {
    "auth.token": 'Bearer error="invalid_token"',
    "scope.missing": 'Bearer error="insufficient_scope"',
}


def status_of(code: str) -> int:
    """This will give the HTTP status of an error code, by its longest known prefix; 400 where none is known."""
    parts = code.split(".")
    for length in range(len(parts), 0, -1):
        status = STATUS_BY_CODE.get(".".join(parts[:length]))
        if status is not None:
            return status
    return 400


def problem(code: str, title: str, status: int, **members: object) -> dict[str, object]:
    """This will give the body of a problem document."""
    return {"type": f"urn:huzheng:error:{code}", "title": title, "status": status, "code": code, **members}


def _answer(
    code: str, title: str, status: int, headers: Mapping[str, str] | None = None, **members: object
) -> Response:
    answer = Response(problem(code, title, status, **members), status=status, headers=dict(headers or {}))
    answer.content_type = PROBLEM_JSON
    return answer


def _invalid_members(detail: Any) -> list[dict[str, str]]:
    """This will list which members are wrong and by which rule: names and codes only, never what was sent."""
    found: list[dict[str, str]] = []

    def walk(path: str, node: Any) -> None:
        if isinstance(node, Mapping):
            for name, below in node.items():
                # A member's name is the caller's input, too, where the description leaves names open (values, fields).
                shown = str(name) if isinstance(name, int) or FIELD_NAME.fullmatch(str(name)) else "*"
                walk(f"{path}.{shown}" if path else shown, below)
        elif isinstance(node, list):
            for below in node:
                walk(path, below)
        else:
            found.append({"member": path, "code": str(getattr(node, "code", "invalid"))})

    walk("", detail)
    return found


def problem_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """This will turn an anticipated error into a problem document.

    On the API's addresses a refusal that is no look-up is counted. An unforeseen error goes on to Django's 500, with its
    traceback in the log only.
    """
    request = context.get("request")
    if request is not None:  # a problem is JSON whatever was asked for, or is spoken elsewhere at the address
        request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    answer = _told(error)
    if answer is not None and request is not None and request.path.startswith(_COUNTED_PATHS):
        code = str(answer.data["code"])
        if code.partition(".")[0] in _COUNTED:
            journal_refusal(code=code, at=timezone.now())
    return answer


def _told(error: Exception) -> Response | None:
    if isinstance(error, TokenRefused):
        return _token_refusal(error)
    if isinstance(error, AccountsError | CertificatesError | VerificationError):
        return _own_answer(error)
    if isinstance(error, Http404):
        return _answer("not_found", "there is nothing at this address", 404)
    if isinstance(error, exceptions.APIException):
        return _framework_answer(error)
    return None


def _token_refusal(error: TokenRefused) -> Response:
    """This will give the answer of RFC 6749 section 5.2, with our code beside the standard's word."""
    is_stranger = error.oauth_word == "invalid_client"
    return Response(
        {"error": error.oauth_word, "error_description": error.message, "code": error.code},
        status=HTTPStatus.UNAUTHORIZED if is_stranger else HTTPStatus.BAD_REQUEST,
        headers={"WWW-Authenticate": "Bearer"} if is_stranger else {},
    )


def _own_answer(error: AccountsError | CertificatesError | VerificationError) -> Response:
    status = status_of(error.code)
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
    if error.code in _BEARER_WORDS:
        headers = {"WWW-Authenticate": _BEARER_WORDS[error.code]}
    if isinstance(error, RateLimited):
        headers = {"Retry-After": str(error.retry_after)}
    field = getattr(error, "field", None)
    if isinstance(field, str) and field:
        return _answer(error.code, _sentence(error), status, headers, field=field)
    return _answer(error.code, _sentence(error), status, headers)


def _sentence(error: Exception) -> str:
    return str(getattr(error, "message", "") or error)


def _framework_answer(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        return _answer(
            "request.invalid", "the request does not fit its description", 400, invalid=_invalid_members(error.detail)
        )
    if isinstance(error, exceptions.ParseError):
        code = str(error.get_codes())
        ours = "." in code and not code.startswith("json.")  # our sentence; a parser's own may quote what it read
        return _answer(code, str(error.detail) if ours else "the body cannot be read", 400)
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return _answer("auth.required", "sign in, or send an access token", 401, {"WWW-Authenticate": "Bearer"})
    wait = getattr(error, "wait", None)
    headers = {"Retry-After": str(int(wait) + 1)} if wait is not None else {}
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "invalid"
    return _answer(f"request.{code}", "the request was refused", error.status_code, headers)
