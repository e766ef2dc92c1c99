"""The real processes that make documents, on the database and in the folder of one test."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import connection
from kombu import pools

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0


class Workers:
    """`manage.py run_worker --part documents`, as often as asked for; messages of this process reach them."""

    def __init__(self, folder: Path, *, broker_url: str, **variables: str) -> None:
        self.folder, self.processes = folder, list[subprocess.Popen[bytes]]()
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("HUZHENG_", "CELERY_"))},
            "DJANGO_SETTINGS_MODULE": "config.settings.base",
            "DATABASE_URL": _database_url(),
            "HUZHENG_VAR": str(folder),
            "HUZHENG_CRYPTO_PROFILE": settings.NODE.profile,
            **({"CELERY_BROKER_URL": broker_url} if broker_url else {}),
            **variables,
        }

    def start(self) -> subprocess.Popen[bytes]:
        """One process more."""
        with (self.folder / "workers.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "run_worker", "--part", "documents"],
                env=self._environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9."""
        process.send_signal(signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        """Ends those that still run."""
        for process in self.processes:
            self.kill(process)

    def log(self) -> str:
        """What they wrote."""
        return (self.folder / "workers.log").read_text("utf-8")


@contextmanager
def workers_of(folder: Path, *, broker_url: str = "", **variables: str) -> Iterator[Workers]:
    """Workers whose broker is the one that this process's nudges go to, for the length of a block."""
    options = {
        "data_folder_in": str(folder / "broker" / "queue"),
        "data_folder_out": str(folder / "broker" / "queue"),
        "control_folder": str(folder / "broker" / "control"),
    }
    (folder / "broker" / "queue").mkdir(parents=True)
    before = {name: current_app.conf[name] for name in ("broker_url", "broker_transport_options")}
    current_app.conf.update(
        broker_url=broker_url or "filesystem://", broker_transport_options={} if broker_url else options
    )
    _forget_connections()
    workers = Workers(folder, broker_url=broker_url, **variables)
    try:
        yield workers
    finally:
        workers.end()
        current_app.conf.update(before)
        _forget_connections()


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _forget_connections() -> None:
    pools.reset()
    current_app._pool = current_app.amqp._producer_pool = None


def eventually(holds: Callable[[], bool], *, seconds: float = START_SECONDS, why: Callable[[], str]) -> None:
    """Waits until it holds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError(why())


def _database_url() -> str:
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    user = f"{found['USER']}:{found['PASSWORD']}@" if found["PASSWORD"] else f"{found['USER']}@"
    return f"postgres://{user}{found['HOST']}:{found['PORT']}/{found['NAME']}"
