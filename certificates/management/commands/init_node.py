"""Make a node ready to run: database, keys, region CA, status lists. Doing it again changes nothing."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from certificates.management.key_arguments import told_refusals
from certificates.services.initialise_node import initialise_node


class Command(BaseCommand):
    """`manage.py init_node`."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """This will migrate the database and make what is missing."""
        settings.NODE.var.mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        with told_refusals():
            made = initialise_node(at=timezone.now())
        self.stdout.write(f"made: {', '.join(made)}" if made else "nothing was missing")
