"""Run a whole node: web, background work and publisher, each in its own processes, started again when one of them dies."""

import os
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from certificates.management.key_arguments import told_refusals
from certificates.services.require_same_node import require_same_node
from verification.management.supervision import Commands, manage, supervise
from verification.management.worker_parts import worker_commands

HEADER_MILLISECONDS = 10_000  # a request's head must be whole by then; its body has a time of its own


class Command(BaseCommand):
    """`manage.py run_node`: the one command that serves a node."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the size of the web part, and of the one that makes documents."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--web-workers", type=int, default=1)
        parser.add_argument("--web-threads", type=int, default=8)
        parser.add_argument("--render-processes", type=int, default=settings.NODE.render_processes)

    def handle(self, *args: Any, **options: Any) -> None:
        """This will run until SIGTERM or Ctrl-C, then stop every child."""
        with told_refusals():
            require_same_node()
        os.environ["HUZHENG_WEB_THREADS"] = str(options["web_threads"])  # read by config/rsgi.py
        supervise(
            _commands(options),
            started=lambda: self.stdout.write(f"node {settings.NODE.region} at {settings.NODE.node_url}"),
        )


def _commands(options: Mapping[str, Any]) -> Commands:
    port = urlsplit(settings.NODE.node_url).port or 8000
    web = [
        *(sys.executable, "-m", "granian", "--interface", "rsgi", "config.rsgi:application"),
        *("--host", str(options["host"]), "--port", str(port), "--no-ws", "--http", "1"),
        *("--workers", str(options["web_workers"]), "--http1-header-read-timeout", str(HEADER_MILLISECONDS)),
        *("--respawn-failed-workers", "--log-level", "warning"),
    ]
    work = worker_commands(processes=options["render_processes"])
    return {"web": web, **work, "publisher": manage("run_publisher")}
