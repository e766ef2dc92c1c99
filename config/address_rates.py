"""So many calls of one address in a minute, counted before anything else of a call is looked at."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.core.errors import RateLimited
from accounts.services.count_call import Rate, count_call
from config.api_errors import PROBLEM_JSON, problem
from config.client_address import client_address

# By the beginning of the path; signing in is counted where a password is tried, not where the page is opened.
_COUNTED: Mapping[str, Rate] = MappingProxyType(
    {"/api/v1/": Rate.API_ADDRESS, "/oauth/token": Rate.TOKEN_ADDRESS, "/sign-in": Rate.SIGN_IN_ADDRESS}
)


def rate_of(request: HttpRequest) -> Rate | None:
    """This will name what a call counts for, None for what is not counted."""
    rate = next((rate for path, rate in _COUNTED.items() if request.path.startswith(path)), None)
    return None if rate is Rate.SIGN_IN_ADDRESS and request.method != "POST" else rate


def limit_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """This will make a middleware that answers 429 with Retry-After where an address calls too often."""

    def middleware(request: HttpRequest) -> HttpResponse:
        rate = rate_of(request)
        if rate is None:
            return get_response(request)
        try:
            count_call(rate=rate, who=client_address(request), at=timezone.now())
        except RateLimited as refused:
            return _refusal(request, refused, is_page=rate is Rate.SIGN_IN_ADDRESS)
        return get_response(request)

    return middleware


def _refusal(request: HttpRequest, refused: RateLimited, *, is_page: bool) -> HttpResponse:
    status = HTTPStatus.TOO_MANY_REQUESTS
    headers = {"Retry-After": str(refused.retry_after)}
    if is_page:
        return HttpResponse(render_to_string("429.html", request=request), status=status, headers=headers)
    body = problem(refused.code, refused.message, status)
    return JsonResponse(body, status=status, content_type=PROBLEM_JSON, headers=headers)
