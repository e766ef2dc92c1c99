"""Write this node's public entry for the trust list, for the national anchor to review and sign."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.management.arguments import require_writable
from certificates.core.errors import CertificatesError
from verification.core.errors import LogError
from verification.services.describe_node import describe_node


class Command(BaseCommand):
    """`manage.py describe_node -o region.json`."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the file to write."""
        parser.add_argument("-o", "--output", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """This will write the entry as JSON."""
        require_writable(options["output"])
        try:
            entry = describe_node(at=timezone.now())
        except CertificatesError as refused:
            raise CommandError(f"{refused.code}: {refused.message}") from refused
        except LogError as refused:
            raise CommandError(f"{refused.code}: {refused}") from refused
        options["output"].write_text(json.dumps(entry, ensure_ascii=False, indent=1) + "\n", "utf-8")
