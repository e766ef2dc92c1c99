"""Catches Celery's messages as they pass: they are files for a fraction of a second."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PAUSE_SECONDS = 0.005  # a worker looks for messages every 0.05 s


class BrokerWatch:
    """Messages by file name."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.messages: dict[str, bytes] = {}
        self._queues = [folder / "broker" / "queue" for folder in folders]

    def look(self) -> None:
        """This will read the messages that wait now."""
        for queue in self._queues:
            for path in queue.glob("*.msg"):
                try:
                    self.messages[path.name] = path.read_bytes()
                except FileNotFoundError:
                    continue  # a worker was faster


@contextmanager
def watched_brokers(folders: Sequence[Path]) -> Iterator[BrokerWatch]:
    """This will collect messages in the background."""
    watch, stop = BrokerWatch(folders), threading.Event()

    def run() -> None:
        while not stop.wait(PAUSE_SECONDS):
            watch.look()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join()
