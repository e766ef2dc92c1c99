"""Calls into a device that may never answer: made one after the other in a thread of their own, with an end to patience."""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from certificates.core.errors import KeyUnavailableError

_Answer = TypeVar("_Answer")


class TimedCalls:
    """This will make calls in one daemon thread; while one hangs, every further one is refused at once."""

    def __init__(self, *, expected: tuple[type[Exception], ...]) -> None:
        """This will start nothing yet: the thread comes with the first call. `expected` is what calls may raise."""
        self._expected = expected
        self._calls: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._busy_since: float | None = None

    def make(self, call: Callable[[], _Answer], *, seconds: float) -> _Answer:
        """This will give what `call` gives, or raise what it raises.

        Raises KeyUnavailableError `key.backend_unavailable` where no answer came in time; the late answer is thrown away.
        """
        busy_since = self._busy_since
        if busy_since is not None and time.monotonic() - busy_since > seconds:
            raise _no_answer()
        self._start()
        future: Future[_Answer] = Future()
        self._calls.put((call, future))
        try:
            return future.result(timeout=seconds)
        except TimeoutError as error:
            future.cancel()  # one that still waits for its turn is not made any more
            raise _no_answer() from error

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="key-device", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            call, future = self._calls.get()
            if not future.set_running_or_notify_cancel():
                continue
            self._busy_since = time.monotonic()
            try:
                future.set_result(call())
            except self._expected as error:
                future.set_exception(error)
            except BaseException as error:
                # Unforeseen: the caller gets it, the thread ends with its traceback, and the next call starts another.
                future.set_exception(error)
                raise
            finally:
                self._busy_since = None


def _no_answer() -> KeyUnavailableError:
    return KeyUnavailableError("key.backend_unavailable", "the device that holds the keys does not answer in time")
