"""Make an agency's issue key, or replace it; the old one stays listed with its times."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.core.errors import CertificatesError
from certificates.services.create_issuer_key import create_issuer_key
from certificates.services.rotate_issuer_key import rotate_issuer_key


class Command(BaseCommand):
    """`manage.py issuer_key USCC --type CODE [--type CODE]`, later `manage.py issuer_key USCC --rotate [--compromised]`."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the agency and what to do."""
        parser.add_argument("uscc")
        parser.add_argument(
            "--type", action="append", default=[], dest="types", help="code of a licence type it may sign"
        )
        parser.add_argument(
            "--rotate", action="store_true", help="retire the active key and make a new one for the same types"
        )
        parser.add_argument("--compromised", action="store_true", help="with --rotate: the old key was stolen")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will make the key and print its id; peers see it with the next published bundle, within seconds."""
        at = timezone.now()
        if options["rotate"] == bool(options["types"]):
            raise CommandError("name the types of a first key, or --rotate")
        try:
            if options["rotate"]:
                kid = rotate_issuer_key(agency_uscc=options["uscc"], at=at, compromised=options["compromised"])
            else:
                kid = create_issuer_key(agency_uscc=options["uscc"], licence_types=options["types"], at=at)
        except CertificatesError as refused:
            raise CommandError(f"{refused.code}: {refused.message}") from refused
        self.stdout.write(kid)
