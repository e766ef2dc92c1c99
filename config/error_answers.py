"""Django's own error answers: a problem document on API addresses, a page elsewhere; neither says anything of the input."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults

from config.api_errors import PROBLEM_JSON, problem

_MACHINE_ADDRESSES = (
    "/api/",
    "/oauth/",
    "/.well-known/",
    "/recognition/",
    "/log/",
    "/crl/",
    "/status-lists",
    "/healthz",
    "/readyz",
)


def for_machines(path: str) -> bool:
    """This will tell whether an address speaks problem documents, not pages."""
    return path.startswith(_MACHINE_ADDRESSES)


def _for_machines(request: HttpRequest) -> bool:
    return for_machines(request.path)


def _problem(code: str, title: str, status: HTTPStatus) -> JsonResponse:
    return JsonResponse(problem(code, title, status), status=status, content_type=PROBLEM_JSON)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """This will answer a request Django itself found malformed (host, size, encoding)."""
    if _for_machines(request):
        return _problem("request.malformed", "the request cannot be read", HTTPStatus.BAD_REQUEST)
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """This will answer a page the role may not see."""
    if _for_machines(request):
        return _problem("permission.denied", "the caller may not do this", HTTPStatus.FORBIDDEN)
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """This will answer an unknown address."""
    if _for_machines(request):
        return _problem("not_found", "there is nothing at this address", HTTPStatus.NOT_FOUND)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """This will answer an unforeseen error; the traceback goes to the log only."""
    if _for_machines(request):
        return _problem(
            "server.error", "the node could not answer; the fault was logged", HTTPStatus.INTERNAL_SERVER_ERROR
        )
    return defaults.server_error(request)


def problems_for_machines(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """This will make a middleware that puts a problem document in place of a page of Django's own (CSRF, method) where a machine asked."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if answer.status_code < HTTPStatus.BAD_REQUEST or not is_page or not _for_machines(request):
            return answer
        status = HTTPStatus(answer.status_code)
        told = _problem(f"request.{status.name.lower()}", "the request was refused", status)
        if "Allow" in answer:
            told["Allow"] = answer["Allow"]
        return told

    return middleware


def page_for_wrong_methods(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """This will make a middleware that says in words that a page cannot be opened by its address: Django's own 405 is empty."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not _for_machines(request):
            answer.content = render_to_string("405.html", request=request)
        return answer

    return middleware
