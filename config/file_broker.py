"""Celery's messages as files, for several processes at once: each put in place whole and taken by one rename.

kombu's own transport lets a reader take a file that is still empty, takes files across file systems, and lets two processes that start
at once write the table of queues over each other.
"""

import fcntl
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """Writes a message beside the queue and moves it in; takes one by moving it out."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # its two parents disagree
        name = f"{time.monotonic_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        unready = self._control() / name  # the same file system as the queue: one rename
        unready.write_text(str(dumps(payload)), "utf-8")  # type: ignore[no-untyped-call]  # the library publishes no types
        unready.replace(Path(self.data_folder_out) / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for message in sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")):
            taken = self._control() / f"{message.name}.taken"
            try:
                message.rename(taken)
            except FileNotFoundError:
                continue  # another process was faster
            payload = taken.read_text("utf-8")
            taken.unlink()
            return loads(payload)  # type: ignore[no-untyped-call]  # the library publishes no types
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        with self._alone():
            table: Path = self._exchange_file(exchange)  # type: ignore[no-untyped-call]  # as above
            if not table.exists():
                unready = table.with_suffix(".new")
                unready.write_text("[]", "ascii")
                unready.replace(table)  # never there without content
            super()._queue_bind(exchange, routing_key, pattern, queue)  # type: ignore[no-untyped-call]  # as above

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._control() / "binding.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _control(self) -> Path:
        folder = Path(self.control_folder)
        folder.mkdir(parents=True, exist_ok=True)
        return folder


class Transport(filesystem.Transport):
    """`filesystem://` with such channels."""

    Channel = Channel
