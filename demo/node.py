"""One demo node: its folder, its environment, its commands, its process."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests

PROJECT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 15


class NodeFailedError(Exception):
    """A command of a node failed, or the node did not come up."""


@dataclass(kw_only=True, eq=False)
class DemoNode:
    """A province's node as an operator has it: a folder under `var/` and a few environment variables."""

    code: str
    name: str
    port: int
    folder: Path
    status_ttl: int = 5  # seconds: a revocation must be seen everywhere within ten
    presentation_seconds: int = 60
    database_url: str = ""  # none: SQLite in the folder
    profile: str = "international"  # or "guomi": with which algorithms it signs and encrypts
    timestamps: Mapping[str, str] = field(default_factory=dict)  # by which variables it asks a timestamp authority
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """This will give the node's address."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """This will give the variables that make a process part of this node."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HUZHENG_", "DATABASE_", "CELERY_"))
        }
        if self.database_url:
            kept["DATABASE_URL"] = self.database_url
        return kept | {
            **self.timestamps,
            "HUZHENG_VAR": str(self.folder),
            "HUZHENG_REGION": self.code,
            "HUZHENG_NODE_URL": self.url,
            "HUZHENG_CRYPTO_PROFILE": self.profile,
            "HUZHENG_STATUS_TTL": str(self.status_ttl),
            "HUZHENG_PRESENTATION_SECONDS": str(self.presentation_seconds),
            "HUZHENG_PUBLISH_SECONDS": "0.3",
            "HUZHENG_COSIGN_SECONDS": "2",
            "HUZHENG_PEER_TIMEOUT": "3",
            "HUZHENG_RENDER_PROCESSES": "1",  # two nodes share the machine
            "DJANGO_SETTINGS_MODULE": "config.settings.base",
            "PYTHONUNBUFFERED": "1",
        }

    def manage(self, *words: str) -> str:
        """This will run a management command of this node and give what it printed."""
        return self.run(sys.executable, str(PROJECT / "manage.py"), *words)

    def run_module(self, name: str, *words: str) -> str:
        """This will run a Python module in this node's environment and give what it printed."""
        return self.run(sys.executable, "-m", name, *words)

    def run(self, *command: str, cwd: Path = PROJECT) -> str:
        """This will run a command in the node's environment; raises NodeFailedError with the end of its output."""
        done = subprocess.run(command, env=self.environment(), cwd=cwd, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NodeFailedError(f"{' '.join(command[1:4])} ended with {done.returncode}: {done.stderr[-1500:]}")
        return done.stdout

    def fails(self, *words: str, environment: dict[str, str]) -> str:
        """This will run a management command that must end with an error, and give all it printed."""
        command = [sys.executable, str(PROJECT / "manage.py"), *words]
        done = subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            raise NodeFailedError(f"{words[0]} found nothing wrong")
        return done.stdout + done.stderr

    def start(self) -> None:
        """This will start `run_node` and wait until it is ready to answer."""
        log = (self.folder / "node.log").open("ab")
        command = [sys.executable, str(PROJECT / "manage.py"), "run_node"]
        self._process = subprocess.Popen(
            command, env=self.environment(), cwd=PROJECT, stdout=log, stderr=log, start_new_session=True
        )
        log.close()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise NodeFailedError(f"the node of {self.name} ended at once; see {self.folder / 'node.log'}")
            if self.is_ready():
                return
            time.sleep(0.2)
        raise NodeFailedError(
            f"the node of {self.name} was not ready after {START_SECONDS} s; see {self.folder / 'node.log'}"
        )

    def is_ready(self) -> bool:
        """This will tell whether the node answers look-ups."""
        try:
            return requests.get(f"{self.url}/readyz", timeout=2).ok
        except requests.RequestException:
            return False

    def stop(self) -> None:
        """This will stop the node and all its processes, if it runs."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
