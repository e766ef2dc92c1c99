"""An answer given before its request's body was read makes the web server close the connection under the client's next call."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

MAX_DRAINED_BYTES = 256 * 1024  # longer bodies that nobody wanted may cost the connection


def drain_unread_bodies(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """This will make a middleware that reads what a view left of a body, so that a refused caller may go on talking."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        try:
            request.read(MAX_DRAINED_BYTES)
        except UnreadablePostError:
            return answer  # the caller is gone already
        return answer

    return middleware
