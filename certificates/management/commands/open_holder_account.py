"""Open a holder's account, or open it again after a lost password, for someone whose identity was checked in person.

The holder's code is read from standard input, so that it stands in no list of processes and no shell's history.
"""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.core.errors import AccountsError
from certificates.services.open_holder_account import open_holder_account


class Command(BaseCommand):
    """`manage.py open_holder_account --username zhou.wenjing < code`: prints the one-time password, which is kept nowhere."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the account's name and the type of the code."""
        parser.add_argument("--username", required=True)
        parser.add_argument(
            "--code-type", default="111", help="GB/T 36903 Appendix A: 111 citizen ID (default), 001 USCC"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """This will print the one-time password; refusals are told by code and sentence."""
        code = sys.stdin.readline().strip()
        try:
            password = open_holder_account(code_type=options["code_type"], code=code, username=options["username"])
        except AccountsError as refused:
            raise CommandError(f"{refused.code}: {refused.message}") from refused
        self.stdout.write(password)
