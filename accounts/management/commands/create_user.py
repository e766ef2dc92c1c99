"""Open an account of an administrator, auditor or officer; a holder's account has a command of its own."""

import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.core.errors import AccountsError
from accounts.core.permissions import Role
from accounts.services.create_user import create_user

ROLES = [role.value for role in Role if role not in (Role.HOLDER, Role.AGENCY_SYSTEM)]


class Command(BaseCommand):
    """`manage.py create_user NAME --role node_admin`; the password is asked for, or read from standard input."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the name, the role and, for officers, the agency."""
        parser.add_argument("username")
        parser.add_argument("--role", required=True, choices=ROLES)
        parser.add_argument("--agency", help="USCC, for officers and agency administrators")
        parser.add_argument("--staff-number", default="", help="tells two accounts of one person from two people")
        parser.add_argument("--post", default="")
        parser.add_argument("--unit", default="")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will open the account; who uses it changes the password first of all."""
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else _typed()
        try:
            create_user(
                username=options["username"],
                password=password,
                role=Role(options["role"]),
                agency_uscc=options["agency"],
                staff_number=options["staff_number"],
                post=options["post"],
                unit=options["unit"],
                must_change_password=True,
            )
        except AccountsError as refused:
            raise CommandError(f"{refused.code}: {refused}") from refused


def _typed() -> str:
    if not sys.stdin.isatty():
        raise CommandError("there is no terminal to ask for the password on: hand it in with --password-stdin")
    password = getpass("Password: ")
    if getpass("Password again: ") != password:
        raise CommandError("the two passwords are not the same")
    return password
