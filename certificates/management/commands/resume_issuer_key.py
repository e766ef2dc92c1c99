"""Let an issue key sign again that was stopped because it had signed other bytes than it was given."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certificates.core.errors import CertificatesError
from certificates.services.resume_issuer_key import resume_issuer_key


class Command(BaseCommand):
    """`manage.py resume_issuer_key KID`, once it is known why the key was stopped and the key store is mended."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the key id."""
        parser.add_argument("kid")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will clear the stop; what waits is issued by the next sweep."""
        try:
            resume_issuer_key(kid=options["kid"])
        except CertificatesError as refused:
            raise CommandError(f"{refused.code}: {refused.message}") from refused
        self.stdout.write("cleared")
