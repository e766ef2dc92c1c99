"""HTTP with a deadline over all: the libraries' time-outs count from byte to byte, and a peer that drips holds a caller for hours.

At the deadline the connection is shut under the hands of whoever still reads from it, headers or body.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import InvalidHeader

_CHUNK: Final = 16 * 1024
_MARGIN_SECONDS: Final = 0.02  # timers may wake a hair early


@contextmanager
def patient_session(*, deadline: float) -> Iterator[requests.Session]:
    """This will give a session for one exchange that ends at `deadline` (`time.monotonic()`); nothing of it comes from the environment."""
    sockets: list[socket.socket] = []
    # A little after the deadline: who finds the connection shut must also find that time is up, or a cut-off body would pass for a whole one.
    watch = threading.Timer(max(0.0, deadline - time.monotonic()) + _MARGIN_SECONDS, _shut, args=(sockets,))
    watch.daemon = True
    with requests.Session() as session:
        session.trust_env = False  # no proxy, no .netrc: the trust list alone says whom we talk to
        for scheme in ("http://", "https://"):
            session.mount(scheme, _WatchedAdapter(sockets))
        watch.start()
        try:
            yield session
        finally:
            watch.cancel()
            watch.join()
            for one in sockets:
                one.close()


def read_in_time(response: requests.Response, *, deadline: float, max_bytes: int) -> bytes:
    """This will read a streamed body as sent, at most one byte more than `max_bytes`.

    Raises TimeoutError at the deadline, urllib3's IncompleteRead for a body shorter than it says, and InvalidHeader for one
    that does not say how long it is: its end could not be told from a cut.
    """
    if response.raw.length_remaining is None and not response.raw.chunked:
        raise InvalidHeader("the answer states neither its length nor its chunks")
    parts: list[bytes] = []
    size = 0
    while size <= max_bytes and (part := response.raw.read1(_CHUNK, decode_content=False)):
        parts.append(part)
        size += len(part)
        if time.monotonic() > deadline:
            raise TimeoutError
    if time.monotonic() > deadline:  # cut off by the watch, not ended by the peer
        raise TimeoutError
    return b"".join(parts)[: max_bytes + 1]


class _WatchedAdapter(HTTPAdapter):
    """Gives the watch a hold of every connection as soon as it stands, before any handshake or answer."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        self._sockets = sockets
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """This will have the pools open connections that the watch knows."""
        super().init_poolmanager(*args, **kwargs)
        sockets = self._sockets

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _watched(super()._new_conn(), sockets)

        class Secured(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _watched(super()._new_conn(), sockets)

        self.poolmanager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": Plain}),
            "https": type("SecuredPool", (HTTPSConnectionPool,), {"ConnectionCls": Secured}),
        }


def _watched(connected: socket.socket, sockets: list[socket.socket]) -> socket.socket:
    # A handle of our own: TLS takes the first one over.
    sockets.append(connected.dup())
    return connected


def _shut(sockets: list[socket.socket]) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
