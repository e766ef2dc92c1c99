"""Erase a holder's values for good, on a request under the law: the keys are destroyed, the log still verifies."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.core.errors import CertificatesError
from certificates.services.erase_holder import erase_holder


class Command(BaseCommand):
    """`manage.py erase_holder HOLDER_ID --yes`."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the holder's id and the word that it is meant."""
        parser.add_argument("holder_id", type=UUID)
        parser.add_argument("--yes", action="store_true", help="there is no way back")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will destroy the keys and print how many licences became unreadable."""
        if not options["yes"]:
            raise CommandError("nothing was erased: add --yes, there is no way back")
        try:
            count = erase_holder(holder_id=options["holder_id"], at=timezone.now())
        except CertificatesError as refused:
            raise CommandError(f"{refused.code}: {refused.message}") from refused
        self.stdout.write(f"{count} licences can no longer be read")
