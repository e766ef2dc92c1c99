"""RSGI entry point, which `run_node` serves: bodies are read in the event loop, the node's WSGI application runs in a few threads.

Under granian's WSGI interface every body is read by a working thread, with no limit of time, and nine slow ones hung the node.
Django itself stays on WSGI: under ASGI it was six to eight times slower here.
"""

import asyncio
import io
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import JsonResponse
from django.template.loader import render_to_string

from config.wsgi import application as django  # sets Django up, which the imports below need

# isort: split
from config.api_errors import PROBLEM_JSON, problem
from config.error_answers import for_machines
from config.request_bodies import BodyReader, BodyRefused

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

Headers = list[tuple[str, str]]
THREADS = int(os.environ.get("HUZHENG_WEB_THREADS", "8"))
PULSE = "/healthz"


class Node:
    """The application of one web process."""

    def __init__(self) -> None:
        self._bodies = BodyReader()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="web")
        self._pulse = ThreadPoolExecutor(1, thread_name_prefix="pulse")  # answers also while all others work

    async def __rsgi__(self, scope: "Scope", protocol: "HTTPProtocol") -> None:
        """This will answer one request."""
        headers = _joined(scope)
        try:
            body = await self._bodies.read(protocol, path=scope.path, headers=headers)
        except BodyRefused as refused:
            protocol.response_bytes(*_refusal(refused, scope.path))
            return
        threads = self._pulse if scope.path == PULSE else self._threads
        await asyncio.get_running_loop().run_in_executor(threads, _serve, _environ(scope, headers, body), protocol)


def _refusal(refused: BodyRefused, path: str) -> tuple[int, Headers, bytes]:
    if refused.status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE and not for_machines(path):
        kind, content = "text/html; charset=utf-8", _too_large()  # somebody at a counter chose the wrong file
    else:
        kind = PROBLEM_JSON
        content = JsonResponse(problem(refused.code, refused.title, refused.status)).content
    # What is left of the body must not be taken for the next request.
    return int(refused.status), [("content-type", kind), ("connection", "close")], content


@cache
def _too_large() -> bytes:
    return render_to_string("413.html").encode()


def _joined(scope: "Scope") -> dict[str, str]:
    """This will give each header once, as WSGI wants it; a name with `_` could pass for one with `-`, and is dropped."""
    found: dict[str, str] = {}
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        mark = "; " if name == "cookie" else ","
        found[name] = f"{found[name]}{mark}{value}" if name in found else value
    return found


def _environ(scope: "Scope", headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """This will give the WSGI environment (PEP 3333)."""
    server, port = _address(scope.server)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _address(scope.client)[0],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        if name == "content-type":
            environ["CONTENT_TYPE"] = value
        elif name != "content-length":
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ


def _address(text: str) -> tuple[str, str]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), port


def _serve(environ: dict[str, Any], protocol: "HTTPProtocol") -> None:
    """This will run Django and send what it gives: in one thread, since Django tidies up its database connection when closed."""
    begun: list[tuple[int, Headers]] = []
    written: list[bytes] = []  # PEP 3333's older way to answer, which comes first

    def start_response(status: str, headers: Headers, *_: object) -> Callable[[bytes], object]:
        begun.append((int(status[:3]), headers))
        return written.append

    served = django(environ, start_response)
    try:
        body = b"".join((*written, *served))
    finally:
        served.close()
    protocol.response_bytes(*begun[0], body)


application = Node()
