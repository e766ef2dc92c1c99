"""Run the background work: a clock with its short tasks, and processes that make documents; none outlives this command."""

import os
from typing import Any

from celery import current_app
from celery.beat import EmbeddedService
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from verification.management.supervision import supervise
from verification.management.worker_parts import CLOCK, DOCUMENTS, PARTS, worker_commands

# Short tasks wait for peers and keys; beside a document that waits for its timestamps another one is made.
THREADS = 2


class Command(BaseCommand):
    """`manage.py run_worker`: makes documents, refreshes status lists, fetches from peers, finishes what a crash left."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take which part to run, and how many processes make documents."""
        parser.add_argument("--part", choices=PARTS, help="run only this part, in this process")
        parser.add_argument("--processes", type=int, default=settings.NODE.render_processes)
        parser.add_argument("--threads", type=int, default=THREADS, help="threads of each process")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will work until SIGTERM, finishing the tasks at hand."""
        for folder in ("queue", "control"):
            (settings.NODE.var / "broker" / folder).mkdir(parents=True, exist_ok=True)
        if options["part"] == CLOCK:
            _run_clock(threads=options["threads"])
        elif options["part"] == DOCUMENTS:
            _run(queue=settings.DOCUMENTS_QUEUE, threads=options["threads"])
        else:
            supervise(worker_commands(processes=options["processes"]), started=lambda: None)


def _run_clock(*, threads: int) -> None:
    # In this process, for a forked clock would outlive a killed worker.
    clock = EmbeddedService(current_app, thread=True, schedule_filename=str(settings.NODE.var / "clock"))
    clock.start()
    try:
        _run(queue=settings.CELERY_TASK_DEFAULT_QUEUE, threads=threads)
    finally:
        clock.stop()


def _run(*, queue: str, threads: int) -> None:
    current_app.Worker(
        pool="threads",
        concurrency=threads,
        queues=[queue],
        hostname=f"{queue}-{os.getpid()}@%h",
        loglevel="WARNING",
        without_mingle=True,
        without_gossip=True,
    ).start()
