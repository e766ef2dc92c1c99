"""What a view leaves of a body is read, up to a bound, so that the connection lives on."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.test import RequestFactory

from config.unread_bodies import MAX_DRAINED_BYTES, drain_unread_bodies


def _refuse(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=403)


def test_reads_what_a_view_did_not() -> None:
    request = RequestFactory().post("/x", b"a" * 1000, content_type="text/plain")

    assert drain_unread_bodies(_refuse)(request).status_code == 403
    assert request.read() == b""


def test_leaves_a_body_that_was_read_and_one_that_is_too_long() -> None:
    read = RequestFactory().post("/x", b"abc", content_type="text/plain")
    assert read.body == b"abc"
    assert drain_unread_bodies(_refuse)(read).status_code == 403

    long = RequestFactory().post("/x", b"a" * (MAX_DRAINED_BYTES + 5), content_type="text/plain")
    drain_unread_bodies(_refuse)(long)
    assert long.read() == b"a" * 5


def test_answers_a_caller_who_hung_up() -> None:
    class Gone(HttpRequest):
        def read(self, *args: Any, **kwargs: Any) -> bytes:
            raise UnreadablePostError

    assert drain_unread_bodies(_refuse)(Gone()).status_code == 403
