"""Let an agency's issue keys sign again that were stopped because one had signed other bytes than it was given."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certificates.core.errors import CertificatesError
from certificates.services.resume_issuer_key import resume_issuer_key


class Command(BaseCommand):
    """`manage.py resume_issuer_key USCC`, once it is known why they were stopped and the key store is mended."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the agency."""
        parser.add_argument("uscc")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will clear the stop; what waits is issued by the next sweep."""
        try:
            cleared = resume_issuer_key(agency_uscc=options["uscc"])
        except CertificatesError as refused:
            raise CommandError(f"{refused.code}: {refused.message}") from refused
        self.stdout.write(f"cleared: {cleared}")
