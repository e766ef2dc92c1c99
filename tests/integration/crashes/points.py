"""Every point of a piece of work at which it can be cut off: around each statement, COMMIT, signature, and change to a file.

Points are counted as they are met; the one chosen kills the process, or fails as the thing itself would fail.
"""

import errno
import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection

from certificates.adapters.key_store import KeptKey
from certificates.core.errors import KeyUnavailableError

_FILE_EVENTS = {"os.link", "os.remove", "os.rename", "os.mkdir"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass
class Points:
    """What to do at which point: `mode` is "count", "kill" or "error"; `ledger` gets a line for every signature made."""

    mode: str
    stop: int
    folder: Path
    ledger: Path
    names: list[str] = field(default_factory=list)
    armed: bool = False

    def hit(self, name: str, error: Callable[[], Exception]) -> None:
        """One point more; at the chosen one the work ends."""
        if not self.armed:
            return
        self.names.append(name)
        if self.mode == "count" or len(self.names) != self.stop:
            return
        if self.mode == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise error()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """All points of this process are counted from here on; the process is not used for anything else afterwards."""
        self._watch_commits()
        self._watch_signatures()
        sys.addaudithook(self._on_file)
        with connection.execute_wrapper(self._on_statement):
            self.armed = True
            try:
                yield
            finally:
                self.armed = False

    def _on_statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        said = " ".join(sql.split()[:3])[:60]
        self.hit(f"before {said}", _database_error)
        answer = execute(sql, params, many, context)
        self.hit(f"after {said}", _database_error)
        return answer

    def _watch_commits(self) -> None:
        commit = connection._commit

        def watched() -> None:
            self.hit("before COMMIT", _database_error)
            commit()
            self.hit("after COMMIT", _database_error)

        connection._commit = watched

    def _watch_signatures(self) -> None:
        sign = recording(self.ledger)

        def watched(key: KeptKey, data: bytes, *, most_a_minute: int) -> bytes:
            self.hit(f"before signature of {key.purpose}", _key_error)
            signature = sign(key, data, most_a_minute=most_a_minute)
            self.hit(f"after signature of {key.purpose}", _key_error)
            return signature

        KeptKey.sign = watched  # type: ignore[method-assign]

    def _on_file(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            target, mode, flags = arguments
            # An open file descriptor, or a path of the node, that is about to be written.
            writes = bool(flags & _WRITES) or (isinstance(mode, str) and set(mode) & set("wax+"))
            if not writes or not (isinstance(target, int) or str(target).startswith(str(self.folder))):
                return
        elif event not in _FILE_EVENTS or not any(str(one).startswith(str(self.folder)) for one in arguments[:2]):
            return
        if str(arguments[0]) != str(self.ledger):
            self.hit(f"before {event}", _disk_full)


def recording(ledger: Path) -> Callable[..., bytes]:
    """What every key does, with a line in the ledger for each signature that was made."""
    sign = KeptKey.sign

    def recorded(key: KeptKey, data: bytes, *, most_a_minute: int) -> bytes:
        signature = sign(key, data, most_a_minute=most_a_minute)
        with ledger.open("a") as file:
            file.write(json.dumps([key.purpose, hashlib.sha256(data).hexdigest()]) + "\n")
        return signature

    return recorded


def _database_error() -> Exception:
    return OperationalError("the database is gone")


def _key_error() -> Exception:
    return KeyUnavailableError("key.backend_unavailable", "the HSM is gone")


def _disk_full() -> Exception:
    return OSError(errno.ENOSPC, "no space left on device")
