"""Enter an agency's system with the public keys it asks for its tokens with."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.core.errors import AccountsError
from accounts.core.permissions import Scope
from accounts.services.register_api_client import register_api_client


class Command(BaseCommand):
    """`manage.py register_api_client CLIENT --agency USCC --keys jwks.json --scope verifications:write --scope lookups:read`; prints the key ids."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the system's id, its agency, a JWK or JWK set with public keys only, and its scopes."""
        parser.add_argument("client_id")
        parser.add_argument("--agency", required=True, help="USCC")
        parser.add_argument("--keys", required=True, type=Path, help="a file with a JWK or a JWK set")
        parser.add_argument("--scope", action="append", required=True, choices=[scope.value for scope in Scope])

    def handle(self, *args: Any, **options: Any) -> None:
        """This will register the system; its keys are good from now on."""
        try:
            kids = register_api_client(
                client_id=options["client_id"],
                agency_uscc=options["agency"],
                keys=json.loads(options["keys"].read_bytes()),
                scopes=options["scope"],
                at=timezone.now(),
            )
        except AccountsError as refused:
            raise CommandError(f"{refused.code}: {refused}") from refused
        except (OSError, ValueError) as unreadable:
            raise CommandError("the file of keys cannot be read as JSON") from unreadable
        self.stdout.write("\n".join(kids))
