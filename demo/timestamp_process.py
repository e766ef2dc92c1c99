"""The development timestamp authority as a process of its own, and the settings that make a node ask it."""

import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

from demo.node import PROJECT, NodeFailedError
from demo.timestamp_authority import CA_FILE, CRL_PATH

START_SECONDS = 30
STOP_SECONDS = 10


@dataclass(kw_only=True, eq=False)
class TimestampProcess:
    """An authority that answers on the loopback while it runs; its folder keeps its keys from one run to the next."""

    folder: Path
    port: int
    certificate_days: float = 730.0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """This will give its address."""
        return f"http://127.0.0.1:{self.port}/"

    def environment(self) -> dict[str, str]:
        """This will give the variables by which a node asks and believes it."""
        return {
            "HUZHENG_TSA_URL": self.url,
            "HUZHENG_TSA_CA": str(self.folder / CA_FILE),
            "HUZHENG_TSA_CRL_URL": self.url.rstrip("/") + CRL_PATH,
        }

    def start(self) -> None:
        """This will start it and wait until it answers."""
        words = [
            "--folder",
            str(self.folder),
            "--port",
            str(self.port),
            "--certificate-days",
            str(self.certificate_days),
        ]
        self._process = subprocess.Popen([sys.executable, "-m", "demo.timestamp_authority", *words], cwd=PROJECT)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                requests.get(self.environment()["HUZHENG_TSA_CRL_URL"], timeout=2).raise_for_status()
            except requests.RequestException:
                time.sleep(0.05)
            else:
                return
        raise NodeFailedError("the development timestamp authority did not come up")

    def stop(self) -> None:
        """This will stop it, if it runs."""
        if self._process is None:
            return
        self._process.terminate()
        self._process.wait(STOP_SECONDS)
        self._process = None


def free_port() -> int:
    """This will give a port of the loopback on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
