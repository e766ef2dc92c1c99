"""Run the background worker and its clock in one process without children, so that a kill leaves no orphan behind."""

from typing import Any

from celery import current_app
from celery.beat import EmbeddedService
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

THREADS = 2  # rendering is the work; it is bound by the two cores of a small node


class Command(BaseCommand):
    """`manage.py run_worker`: renders documents, refreshes status lists, fetches from peers, finishes what a crash left."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the number of threads."""
        parser.add_argument("--threads", type=int, default=THREADS)

    def handle(self, *args: Any, **options: Any) -> None:
        """This will work until SIGTERM, finishing the task at hand."""
        for folder in ("queue", "control"):
            (settings.NODE.var / "broker" / folder).mkdir(parents=True, exist_ok=True)
        clock = EmbeddedService(current_app, thread=True, schedule_filename=str(settings.NODE.var / "clock"))
        clock.start()
        try:
            current_app.Worker(
                pool="threads", concurrency=options["threads"], loglevel="WARNING", without_mingle=True
            ).start()
        finally:
            clock.stop()
