"""Run a whole node: web, worker and publisher, each its own process, started again when one of them dies."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from certificates.management.key_arguments import told_refusals
from certificates.services.require_same_node import require_same_node

logger = logging.getLogger(__name__)

RESTART_PAUSE_SECONDS = 1.0  # a child that dies at once must not spin
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
HEADER_MILLISECONDS = 10_000  # a request's head must be whole by then; its body has a time of its own
STOP_SECONDS = 10.0  # longer than any request or render; then the child is killed


class Command(BaseCommand):
    """`manage.py run_node`: the one command that serves a node."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the size of the web part."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--web-workers", type=int, default=1)
        parser.add_argument("--web-threads", type=int, default=8)

    def handle(self, *args: Any, **options: Any) -> None:
        """This will run until SIGTERM or Ctrl-C, then stop every child."""
        with told_refusals():
            require_same_node()
        stopping: list[int] = []

        def stop(number: int, frame: FrameType | None) -> None:
            stopping.append(number)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        os.environ["HUZHENG_WEB_THREADS"] = str(options["web_threads"])  # read by config/rsgi.py
        commands = _commands(options)
        children = {name: _start(command) for name, command in commands.items()}
        self.stdout.write(f"node {settings.NODE.region} at {settings.NODE.node_url}")
        try:
            while not stopping:
                time.sleep(0.2)
                _restart_dead(children, commands)
        finally:
            _stop_all(children)


def _commands(options: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    python, manage = sys.executable, str(Path(sys.argv[0]).resolve())
    port = urlsplit(settings.NODE.node_url).port or 8000
    web = [
        *(python, "-m", "granian", "--interface", "rsgi", "config.rsgi:application"),
        *("--host", str(options["host"]), "--port", str(port), "--no-ws", "--http", "1"),
        *("--workers", str(options["web_workers"]), "--http1-header-read-timeout", str(HEADER_MILLISECONDS)),
        *("--respawn-failed-workers", "--log-level", "warning"),
    ]
    return {"web": web, "worker": [python, manage, "run_worker"], "publisher": [python, manage, "run_publisher"]}


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    # Its own process group, so that Ctrl-C reaches the supervisor alone and children stop in order.
    return subprocess.Popen(  # noqa: S603  # our own programs
        command,
        cwd=settings.PROJECT_DIR,
        start_new_session=True,
        preexec_fn=_end_with_the_supervisor,  # noqa: PLW1509  # the supervisor has one thread
    )


def _end_with_the_supervisor() -> None:
    """This will have Linux end the child when the supervisor is killed: nobody else would."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _restart_dead(children: dict[str, subprocess.Popen[bytes]], commands: Mapping[str, Sequence[str]]) -> None:
    for name, child in list(children.items()):
        if child.poll() is not None:
            logger.error("%s ended with status %s and is started again", name, child.returncode)
            time.sleep(RESTART_PAUSE_SECONDS)
            children[name] = _start(commands[name])


def _stop_all(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children.values():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
