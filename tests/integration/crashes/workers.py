"""The other end of `worker`: starting it, and having one piece of work done with a cut at one point."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tests.integration.factories import AT, Node

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a piece of work ended: the points it met, the signal that killed it or 0, and what it raised or "done"."""

    names: list[str]
    signal: int
    ended: str


class Worker:
    """A process that forks a child for each piece of work on this test's database and folder."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.crashes.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
        )

    def do(self, folder: Path, *, mode: str, stop: int = 0, at: datetime, **task: Any) -> Ended:
        """One piece of work in a child of its own."""
        told = {
            **task,
            "mode": mode,
            "stop": stop,
            "at": at.isoformat(),
            "folder": str(folder),
            "database": connection.settings_dict["NAME"],
        }
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        connection.close()  # SQLite must not be open here while it is killed there
        self.process.stdin.write(json.dumps(told, default=str) + "\n")
        self.process.stdin.flush()
        return Ended(**json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        """No more work."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


class Room:
    """A node, its folder and a clock that goes ten minutes forward with each attempt."""

    def __init__(self, worker: Worker, node: Node) -> None:
        self.worker, self.node = worker, node
        self.folder: Path = settings.NODE.var
        self.ledger = self.folder.parent / f"{self.folder.name}.ledger"
        self.ledger.touch()
        self.turn = 0

    @property
    def at(self) -> datetime:
        """The time of this attempt."""
        return AT + timedelta(minutes=10 * self.turn)

    @property
    def later(self) -> datetime:
        """Long enough afterwards for the sweeper."""
        return self.at + timedelta(minutes=5)

    @property
    def values(self) -> dict[str, str]:
        """A printed number and a holder of its own for each attempt, so that every attempt has the same points."""
        return {"certificate_number": f"浙23320262026{self.turn:05d}", "holder_code": citizen_id(self.turn)}

    @property
    def key(self) -> str:
        """An Idempotency-Key of its own for each attempt."""
        return f"attempt-{self.turn}"

    def next(self) -> None:
        """The next attempt."""
        self.turn += 1

    def do(self, *, mode: str, stop: int = 0, **task: Any) -> Ended:
        """This attempt's work in a child process."""
        return self.worker.do(self.folder, mode=mode, stop=stop, at=self.at, **task)


def citizen_id(number: int) -> str:
    """The sample holder's code with another sequence number, odd for a man, and its check character (GB 11643)."""
    body = f"33010619880512{2 * number + 1:03d}"
    total = sum(int(digit) * 2 ** (17 - position) for position, digit in enumerate(body))
    return body + "10X98765432"[total % 11]
