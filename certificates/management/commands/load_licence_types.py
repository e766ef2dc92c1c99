"""Take licence types from data files (TOML, with the template each names in its folder) into use.

A changed type needs a higher version, old versions stay.
"""

import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.core.errors import CertificatesError
from certificates.services.load_licence_types import load_licence_types


class Command(BaseCommand):
    """`manage.py load_licence_types demo/licence_types/*.toml`."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """This will take the files; all are loaded, or none."""
        parser.add_argument("files", nargs="+", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """This will load the types and name the new ones."""
        try:
            definitions = [_read(path) for path in options["files"]]
            templates = {
                path.name: _text(path)
                for path in sorted(one for f in options["files"] for one in f.parent.glob("*.typ"))
            }
            loaded = load_licence_types(definitions=definitions, templates=templates, at=timezone.now())
        except CertificatesError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write("\n".join(loaded) or "nothing new")


def _read(path: Path) -> dict[str, Any]:
    text = _text(path)
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise CommandError(f"{path}: the file is no TOML in UTF-8") from error


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise CommandError(f"{path}: the file cannot be read") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: the file is no TOML in UTF-8") from error
