"""Enter another public key of an agency's system, before its present one ends."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.core.errors import AccountsError
from accounts.management.arguments import moment
from accounts.services.add_client_key import add_client_key


class Command(BaseCommand):
    """`manage.py add_client_key CLIENT --keys jwks.json --from 2027-01-01T00:00:00+08:00`; prints the key ids."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the system's id, a JWK or JWK set with public keys only, and from when to when they are good."""
        parser.add_argument("client_id")
        parser.add_argument("--keys", required=True, type=Path, help="a file with a JWK or a JWK set")
        parser.add_argument("--from", dest="from_at", type=moment, help="ISO 8601 with its zone; now, if left out")
        parser.add_argument("--to", dest="to_at", type=moment, help="ISO 8601 with its zone; no end yet, if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will enter the keys."""
        try:
            kids = add_client_key(
                client_id=options["client_id"],
                keys=json.loads(options["keys"].read_bytes()),
                at=timezone.now(),
                from_at=options["from_at"],
                to_at=options["to_at"],
            )
        except AccountsError as refused:
            raise CommandError(f"{refused.code}: {refused}") from refused
        except (OSError, ValueError) as unreadable:
            raise CommandError("the file of keys cannot be read as JSON") from unreadable
        self.stdout.write("\n".join(kids))
