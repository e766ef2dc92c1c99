"""Steps shared by the tests of timestamp authorities: one over HTTP that behaves as told, and what the node says of its answer."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from asn1crypto import cms, tsp

from certificates.adapters.timestamps.authority import TimestampSource
from certificates.core.errors import TimestampError
from demo.timestamp_authority import REPLY
from demo.timestamp_tokens import KeyAndCertificate, revocation_list, token

DIGEST = hashlib.sha256(b"a signature").digest()
Behaviour = Callable[[BaseHTTPRequestHandler, bytes], None]


@contextmanager
def serving(behave: Behaviour, crl: bytes) -> Iterator[str]:
    """An authority that behaves as told, with this list of revoked certificates."""

    class Handler(BaseHTTPRequestHandler):
        wbufsize = -1

        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                behave(self, query)
            except (BrokenPipeError, ConnectionResetError):
                return

        def do_GET(self) -> None:
            send(self, crl, kind="application/pkix-crl")

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, kind: str = REPLY, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def granted(made: bytes) -> bytes:
    """The answer that grants a token."""
    content = cms.ContentInfo.load(made)
    return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": content}).dump())


def nonce_of(query: bytes) -> int:
    return int(tsp.TimeStampReq.load(query)["nonce"].native)


def source(url: str, *trusted: KeyAndCertificate, seconds: float = 5.0) -> TimestampSource:
    return TimestampSource(
        url=url,
        trusted=tuple(one.der for one in trusted),
        crl_urls=(f"{url}ca.crl",),
        timeout_seconds=seconds,
        tolerance=timedelta(seconds=60),
    )


def refusal(behave: Behaviour, ca: KeyAndCertificate, *, crl: bytes | None = None, seconds: float = 5.0) -> str:
    now = datetime.now(UTC)
    listed = revocation_list(ca, at=now.replace(microsecond=0)) if crl is None else crl
    with serving(behave, listed) as url, pytest.raises(TimestampError) as refused:
        source(url, ca, seconds=seconds).ask(digest=DIGEST, at=now)
    return refused.value.code


def stamping(ca: KeyAndCertificate, unit: KeyAndCertificate, **changes: Any) -> Behaviour:
    """An authority that stamps what it is asked for, but for these changes."""

    def behave(handler: BaseHTTPRequestHandler, query: bytes) -> None:
        asked = {
            "digest": DIGEST,
            "nonce": nonce_of(query),
            "unit": unit,
            "chain": [unit.der, ca.der],
            "at": datetime.now(UTC),
        }
        send(handler, granted(token(**asked | changes)))

    return behave
