"""What the API tells one caller is kept by nobody on the way."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_FOR_CALLERS = ("/api/v1/", "/oauth/")


def no_store_for_callers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """This will make a middleware that lets no cache keep an answer of the API, its refusals included."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        if request.path.startswith(_FOR_CALLERS):
            answer["Cache-Control"] = "no-store"
        return answer

    return middleware
