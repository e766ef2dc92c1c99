"""Reading a document in a process apart: warm processes that are used for some files, killed on time-out, and replaced."""

import atexit
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from certificates.adapters.pdf.facts import DocumentFacts, TrustAnchor
from certificates.adapters.pdf.refusals import MAX_DOCUMENT_BYTES
from certificates.adapters.pdf_worker.frames import ANSWER_HEAD, MAX_ANSWER_BYTES, pack_request, unpack_answer
from certificates.core.errors import DocumentError

MOST_WORKERS: Final = 2  # of one web process; each takes 60 MiB
FILES_PER_WORKER: Final = 200  # what a parser may have hoarded or been left with ends with its process
READ_SECONDS: Final = 5.0  # by the clock on the wall, for one file; its processor time is limited to 1 s inside
START_SECONDS: Final = 30.0  # imports on a cold, busy machine
WAIT_SECONDS: Final = 10.0  # for a free process, before the counter is told to try again

_ROOT: Final = Path(__file__).resolve().parents[3]
_COMMAND: Final = (sys.executable, "-B", "-s", "-m", __package__)
_CHUNK: Final = 1 << 16


class _LostError(Exception):
    """The process ended, said nothing in time, or nonsense."""


class _Worker:
    """One reading process; used by one thread at a time."""

    def __init__(self) -> None:
        self.files = 0
        self._process = subprocess.Popen(  # noqa: S603 - a fixed command
            _COMMAND,
            cwd=_ROOT,
            env={"LANG": "C.UTF-8", "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # its tracebacks could quote the file
            bufsize=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        self._is_ready = False

    def ask(self, request: bytes) -> bytes:
        """This will send a request and give the answer's JSON. Raises _LostError; the process is then of no more use."""
        if not self._is_ready:
            self._receive(1, deadline=time.monotonic() + START_SECONDS)
            self._is_ready = True
        self.files += 1
        deadline = time.monotonic() + READ_SECONDS
        self._send(request, deadline=deadline)
        (length,) = ANSWER_HEAD.unpack(self._receive(ANSWER_HEAD.size, deadline=deadline))
        if length > MAX_ANSWER_BYTES:
            raise _LostError
        return self._receive(length, deadline=deadline)

    def _send(self, request: bytes, *, deadline: float) -> None:
        rest = memoryview(request)
        while rest:
            self._wait(self._in, select.POLLOUT, deadline)
            try:
                rest = rest[os.write(self._in, rest) :]
            except OSError as error:
                raise _LostError from error

    def _receive(self, length: int, *, deadline: float) -> bytes:
        found = bytearray()
        while len(found) < length:
            self._wait(self._out, select.POLLIN, deadline)
            try:
                part = os.read(self._out, min(_CHUNK, length - len(found)))
            except OSError as error:
                raise _LostError from error
            if not part:
                raise _LostError
            found += part
        return bytes(found)

    @staticmethod
    def _wait(descriptor: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise _LostError

    def is_alive(self) -> bool:
        """This will tell whether the process has not ended by itself, or been ended by the system for its memory."""
        return self._process.poll() is None

    def end(self) -> int:
        """This will kill the process, wait for its end, and give its return code, negative for a signal."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(0.05)  # one that is dying by itself tells why
        if self._process.returncode is None:
            self._process.kill()
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        return code


class WorkerPool:
    """This will keep up to `most` reading processes, started when first needed."""

    def __init__(self, *, most: int = MOST_WORKERS, files_per_worker: int = FILES_PER_WORKER) -> None:
        self._free: list[_Worker] = []
        self._places = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._files_per_worker = files_per_worker
        self._owner = os.getpid()

    def read(
        self,
        data: bytes,
        *,
        trust_anchors: Sequence[TrustAnchor],
        timestamp_anchors: Sequence[TrustAnchor] = (),
        at: datetime,
    ) -> DocumentFacts:
        """This will do what `read_document` does, in a confined process.

        Raises DocumentError as that, and `limit.time|memory` for a file that asks too much, `document.reader_lost` where the
        process broke down or was not heard of in time, `document.reader_busy` where none was free.
        """
        if len(data) > MAX_DOCUMENT_BYTES:
            raise DocumentError("pdf.limit", "the file is too large")
        request = pack_request(data, trust_anchors=trust_anchors, timestamp_anchors=timestamp_anchors, at=at)
        if not self._places.acquire(timeout=WAIT_SECONDS):
            raise DocumentError("document.reader_busy", "too many documents are being read")
        try:
            return self._read(request)
        finally:
            self._places.release()

    def _read(self, request: bytes) -> DocumentFacts:
        worker = self._take()
        try:
            facts = unpack_answer(worker.ask(request))
        except DocumentError as refused:
            self._give_back(worker, is_spent=refused.code == "limit.memory")
            raise
        except (_LostError, ValueError) as error:
            if worker.end() == -signal.SIGPROF:
                raise DocumentError("limit.time", "the document takes too long to read") from error
            raise DocumentError("document.reader_lost", "the process that read the document was lost") from error
        self._give_back(worker)
        return facts

    def _take(self) -> _Worker:
        with self._lock:
            if self._owner != os.getpid():  # forked: the processes are the parent's
                self._free, self._owner = [], os.getpid()
            while self._free:
                worker = self._free.pop()
                if worker.is_alive():
                    return worker
                worker.end()
        return _Worker()

    def _give_back(self, worker: _Worker, *, is_spent: bool = False) -> None:
        if is_spent or worker.files >= self._files_per_worker:
            worker.end()
            return
        with self._lock:
            self._free.append(worker)

    def close(self) -> None:
        """This will end all processes that are not at work."""
        with self._lock:
            free, self._free = self._free, []
        for worker in free:
            worker.end()


POOL: Final = WorkerPool()
atexit.register(POOL.close)
