"""Commands whose exit status 2 says something of what was looked at: misuse must never look like it."""

import sys
from functools import partial
from os import EX_USAGE
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser


class CommandWithOwnCodes(BaseCommand):
    """This will be a command that ends with 64 (EX_USAGE) where it is misused, instead of argparse's 2."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """This will make a parser with that exit status."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = partial(_misused, parser)  # type: ignore[method-assign]  # argparse offers no other way
        return parser


def _misused(parser: CommandParser, message: str) -> NoReturn:
    if not parser.called_from_command_line:  # by another program, which has no exit status to read
        raise CommandError(message)
    parser.print_usage(sys.stderr)
    parser.exit(EX_USAGE, f"{message}\n")
