"""Take policies into use: matters, usage list, recognition rules, rules for stated purposes."""

import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from verification.core.errors import PolicyError
from verification.services.load_policies import load_policies


class Command(BaseCommand):
    """`manage.py load_policies policies.toml`: the rows of the node's own region, whole or not at all."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """This will read and load the file."""
        try:
            data = tomllib.loads(options["file"].read_text("utf-8"))
            loaded = load_policies(data=data, at=timezone.now())
        except (PolicyError, tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as refused:
            raise CommandError(f"{getattr(refused, 'code', 'file')}: {refused}") from refused
        self.stdout.write(
            f"{loaded.matters} matters, {loaded.usage_rules} usage rules, "
            f"{loaded.recognition_rules} recognition rules are in use"
        )
