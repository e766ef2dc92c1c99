"""Bodies that never come, or never end, cost the sender a connection and nobody else anything."""

import json
import socket
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from tests.functional.provinces.steps import anonymous
from tests.functional.provinces.world import Provinces

DAWDLERS = 60  # far more than a node has threads
TOLD_SECONDS = 12
HUNDRED_MEGABYTES = 100 * 1000 * 1000


def begun(url: str, path: str, *headers: str, body: bytes = b"") -> socket.socket:
    """A request of which no more will come than this."""
    place = urlsplit(url)
    connection = socket.create_connection((str(place.hostname), place.port), timeout=TOLD_SECONDS)
    lines = (f"POST {path} HTTP/1.1", f"Host: {place.netloc}", *headers, "", "")
    connection.sendall("\r\n".join(lines).encode() + body)
    return connection


def answered(connection: socket.socket) -> tuple[int, dict[str, object]]:
    """The status and the problem, once the node has closed the connection."""
    told = b""
    while piece := connection.recv(65536):
        told += piece
    head, _, body = told.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def test_answers_while_others_dawdle(provinces: Provinces) -> None:
    url, started = provinces.zhejiang.url, time.monotonic()
    with ExitStack() as stack:
        slow = [
            stack.enter_context(begun(url, "/sign-in", "Content-Length: 5000", body=b"user")) for _ in range(DAWDLERS)
        ]
        for path in ("/healthz", "/readyz", "/sign-in", "/recognition/v1/agency-keys"):
            assert anonymous("GET", url + path).status == 200
        assert time.monotonic() - started < 5  # before the first of them was sent away
        told = [answered(connection) for connection in slow]

    assert {(status, body["code"]) for status, body in told} == {(408, "request.too_slow")}
    assert time.monotonic() - started < TOLD_SECONDS


@pytest.mark.parametrize("path", ["/api/v1/certificates", "/api/v1/verifications/document"])
def test_refuses_a_body_longer_than_any_we_take(provinces: Provinces, path: str) -> None:
    with begun(provinces.zhejiang.url, path, f"Content-Length: {HUNDRED_MEGABYTES}", body=b"a" * 1000) as connection:
        status, body = answered(connection)

    assert (status, body["code"]) == (413, "request.too_large")


def test_refuses_a_longer_body_than_the_address_takes_and_says_so(provinces: Provinces) -> None:
    too_long = b"a" * (3 * 1024 * 1024)
    answer = anonymous("POST", f"{provinces.zhejiang.url}/api/v1/certificates", too_long)
    assert (answer.status, json.loads(answer.content)["code"]) == (413, "request.too_large")

    page = anonymous("POST", f"{provinces.zhejiang.url}/sign-in", too_long)
    assert (page.status, page.headers["Content-Type"]) == (413, "text/html; charset=utf-8")
    assert "提交的内容太大" in page.content.decode()


def test_refuses_a_body_of_unannounced_length(provinces: Provinces) -> None:
    with begun(provinces.zhejiang.url, "/sign-in", "Transfer-Encoding: chunked", body=b"4\r\nuser\r\n") as connection:
        status, body = answered(connection)

    assert (status, body["code"]) == (411, "request.length_required")
