"""End a key of an agency's system: now, or at a moment to come. Its tokens end with it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.core.errors import AccountsError
from accounts.management.arguments import add_key_id, moment
from accounts.services.retire_client_key import retire_client_key


class Command(BaseCommand):
    """`manage.py retire_client_key CLIENT KID [--at 2027-01-02T00:00:00+08:00]`."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the system's id, the key's id, and when it ends."""
        parser.add_argument("client_id")
        add_key_id(parser)
        parser.add_argument("--at", dest="to_at", type=moment, help="ISO 8601 with its zone; now, if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will end the key."""
        try:
            retire_client_key(
                client_id=options["client_id"], kid=options["kid"], at=timezone.now(), to_at=options["to_at"]
            )
        except AccountsError as refused:
            raise CommandError(f"{refused.code}: {refused}") from refused
        self.stdout.write("retired")
