"""Sichuan's HTTP server on loopback, in a thread of the test."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.integration.factories import AT
from tests.integration.loopback_province import LoopbackProvince
from tests.integration.recognition_steps import ZHEJIANG, World
from verification.core.errors import MessageError
from verification.core.message_signature import MessageRequest
from verification.core.recognition_message import AGENCY_KEYS_PATH
from verification.queries.current_trust_list import current_trust_list


@contextmanager
def serving(world: World) -> Iterator[LoopbackProvince]:
    """Serve Sichuan on a free loopback port, and put its address into a new trust list."""
    province = LoopbackProvince(world=world, zhejiang=current_trust_list(at=AT).region(ZHEJIANG))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(province))
    server.daemon_threads = True
    province.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    world.sichuan_url = province.url
    world.trust(issued_at=AT - timedelta(hours=1))
    try:
        yield province
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(province: LoopbackProvince) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            province.fetched.append(self.path)
            if "?time=" in self.path:
                self._send(*province.past_answer(self.path, tuple(self.headers.items())))
                return
            texts = {AGENCY_KEYS_PATH: province.bundle, "/status-lists/9": province.list_token}
            if province.down or self.path not in texts:
                self._send(503 if province.down else 404, {}, b"")
                return
            self._send(200, {}, texts[self.path]().encode("ascii"))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if province.delays:
                time.sleep(province.delays.pop(0))
            if province.down:
                self._send(503, {}, b"")
                return
            message = MessageRequest(
                method="POST", target_uri=f"{province.url}{self.path}", headers=tuple(self.headers.items()), body=body
            )
            try:
                self._send(*province.recognise(message))
            except MessageError as refused:
                self._send(401, {}, refused.code.encode())

        def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            try:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                return  # the node under test ran out of patience, as it should

        def log_message(self, *_: Any) -> None:
            return

    return Handler
