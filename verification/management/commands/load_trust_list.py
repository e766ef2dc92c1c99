"""Take a newer trust list into use on this node."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from verification.core.errors import TrustListError
from verification.services.load_trust_list import load_trust_list


class Command(BaseCommand):
    """`manage.py load_trust_list trust_list.json`; the anchor's fingerprint is the node's own setting."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """This will verify and load the list."""
        try:
            version = load_trust_list(document=options["file"].read_bytes(), at=timezone.now())
        except (TrustListError, OSError) as refused:
            raise CommandError(f"{getattr(refused, 'code', 'file')}: {refused}") from refused
        self.stdout.write(f"trust list version {version} is in use")
