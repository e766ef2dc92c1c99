"""A load of prepared requests over persistent connections: nothing is signed or encoded while the clock runs."""

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.result import NotMeasuredError

CONNECTIONS = 8
TIMEOUT_SECONDS = 30
_OK = b"HTTP/1.1 200"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """This will hold the wall seconds of the whole load and each request's latency in seconds."""

    seconds: float
    latencies: tuple[float, ...]
    first_body: bytes

    @property
    def per_second(self) -> float:
        """This will give answered requests a second."""
        return len(self.latencies) / self.seconds


def send_all(requests: Sequence[bytes], *, port: int) -> LoadResult:
    """This will send every request, each connection its share one after the other; raises NotMeasuredError for any answer but 200."""
    shares = [requests[number::CONNECTIONS] for number in range(CONNECTIONS)]
    workers = [_Connection(share, port) for share in shares if share]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - start
    failed = [worker.failure for worker in workers if worker.failure]
    if failed:
        raise NotMeasuredError(failed[0])
    return LoadResult(
        seconds=seconds,
        latencies=tuple(latency for worker in workers for latency in worker.latencies),
        first_body=workers[0].first_body,
    )


class _Connection(threading.Thread):
    """One client: a request, its answer, the next request."""

    def __init__(self, requests: Sequence[bytes], port: int) -> None:
        super().__init__()
        self._requests, self._port = requests, port
        self.latencies: list[float] = []
        self.first_body, self.failure = b"", ""

    def run(self) -> None:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT_SECONDS) as line:
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for request in self._requests:
                    start = time.perf_counter()
                    line.sendall(request)
                    head, body = _answer(line)
                    self.latencies.append(time.perf_counter() - start)
                    if not head.startswith(_OK):
                        raise NotMeasuredError(f"the node answered {head[:40]!r} {body[:300]!r}")
                    self.first_body = self.first_body or body
        except (OSError, NotMeasuredError) as error:
            self.failure = str(error)


def _answer(line: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += _more(line)
    head, body = data[:end], data[end + 4 :]
    length = _content_length(head)
    while len(body) < length:
        body += _more(line)
    return head, body


def _more(line: socket.socket) -> bytes:
    data = line.recv(65536)
    if not data:
        raise NotMeasuredError("the node closed the connection")
    return data


def _content_length(head: bytes) -> int:
    for field in head.split(b"\r\n")[1:]:
        name, _, value = field.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise NotMeasuredError("the node's answer has no length")
