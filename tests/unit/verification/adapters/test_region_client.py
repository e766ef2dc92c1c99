"""Calling a node: patience ends, answers are small, and nobody sends us elsewhere."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from verification.adapters.region_client import RegionReply, call_region, fetch_text
from verification.core.errors import MessageError, TrustListError

pytestmark = pytest.mark.real_network

Behaviour = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def node(behave: Behaviour) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                behave(self)
            except (BrokenPipeError, ConnectionResetError):
                return

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def call(url: str, *, seconds: float = 10.0, most: int = 1000) -> RegionReply:
    return call_region(method="GET", node_url=url, path="/x", timeout_seconds=seconds, max_bytes=most)


def refusal(url: str, **bounds: float) -> str:
    with pytest.raises((MessageError, TrustListError)) as refused:
        call(url, **bounds)  # type: ignore[arg-type]
    return refused.value.code


def send(handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()  # head and body leave apart
    handler.wfile.write(body)


def test_gives_status_headers_and_body() -> None:
    with node(lambda handler: send(handler, b"hello", status=409, Etag='"1"')) as url:
        reply = call(url)
    assert (reply.status, reply.body) == (409, b"hello")
    assert ("Etag", '"1"') in reply.headers


def test_gives_repeated_headers_as_they_came() -> None:
    def twice(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Signature", "a")
        handler.send_header("Signature", "b")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with node(twice) as url:
        assert [value for name, value in call(url).headers if name == "Signature"] == ["a", "b"]


def test_does_not_follow_a_redirect() -> None:
    with node(lambda handler: send(handler, b"", status=302, Location="http://127.0.0.1:1/elsewhere")) as url:
        assert call(url).status == 302


def test_refuses_an_answer_longer_than_allowed() -> None:
    with node(lambda handler: send(handler, b"x" * 1001)) as url:
        assert refusal(url) == "peer.answer_invalid"


def test_refuses_a_body_that_ends_before_its_stated_length() -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "10")
        handler.end_headers()
        handler.wfile.write(b"cut")

    with node(cut) as url:
        assert refusal(url) == "peer.unreachable"


def test_refuses_chunks_that_end_before_the_last_one() -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"3\r\ncut\r\n")
        handler.close_connection = True

    with node(cut) as url:
        assert refusal(url) == "peer.unreachable"


def test_refuses_a_body_of_no_stated_length_since_a_cut_would_look_like_its_end() -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"whole?")

    with node(endless) as url:
        assert refusal(url) == "peer.answer_invalid"


def test_refuses_to_wait_longer_than_its_patience() -> None:
    with node(lambda _: time.sleep(0.6)) as url:
        assert refusal(url, seconds=0.3) == "peer.timeout"


def test_refuses_an_answer_that_drips() -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "200")
        handler.end_headers()
        for _ in range(200):
            handler.wfile.write(b".")
            time.sleep(0.05)

    with node(drip) as url:
        started = time.monotonic()
        assert refusal(url, seconds=0.3) == "peer.timeout"
        assert time.monotonic() - started < 5.0  # the drip would take ten


def test_refuses_headers_that_drip() -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 200:
            handler.wfile.write(bytes([byte]))
            time.sleep(0.05)

    with node(drip) as url:
        started = time.monotonic()
        assert refusal(url, seconds=0.3) == "peer.timeout"
        assert time.monotonic() - started < 5.0  # the drip would take ten


def test_a_node_that_is_not_there_is_unreachable() -> None:
    assert refusal("http://127.0.0.1:9") == "peer.unreachable"


def test_a_node_that_hangs_up_is_unreachable() -> None:
    with node(lambda handler: handler.connection.close()) as url:
        assert refusal(url) == "peer.unreachable"


@pytest.mark.parametrize(
    "url", ["http://zj.example", "ftp://127.0.0.1", "http://127.0.0.1@evil.example", "file:///etc"]
)
def test_refuses_plain_http_off_loopback(url: str) -> None:
    assert refusal(url) == "trust_list.url"


def test_a_text_is_asked_for_once_more_after_a_timeout() -> None:
    delays = [0.6, 0.0]

    def slow_once(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(delays.pop(0))
        send(handler, b"text")

    with node(slow_once) as url:
        assert fetch_text(node_url=url, path="/x", timeout_seconds=10, max_bytes=100) == "text"


@pytest.mark.parametrize(
    ("status", "body", "code"), [(404, b"", "peer.unreachable"), (200, b"\xff", "peer.answer_invalid")]
)
def test_refuses_a_text_that_is_none(status: int, body: bytes, code: str) -> None:
    with node(lambda handler: send(handler, body, status=status)) as url, pytest.raises(MessageError) as refused:
        fetch_text(node_url=url, path="/x", timeout_seconds=0.5, max_bytes=100)
    assert refused.value.code == code
