"""What the commands of all apps read alike from their words."""

import os
import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from pathlib import Path
from typing import Final

from django.core.management.base import CommandError

from accounts.core.moment import read_moment

_KEY_ID: Final = re.compile(r"-[A-Za-z0-9_-]{5,64}$")


def add_key_id(parser: ArgumentParser) -> None:
    """This will take a key id `kid`, also one that begins with a hyphen, as one in 64 does.

    argparse has no public way to say so: it asks this pattern which words with a hyphen are values, negative numbers else.
    """
    parser.add_argument("kid")
    parser._negative_number_matcher = _KEY_ID  # noqa: SLF001  # see above


def moment(text: str) -> datetime:
    """This will read a time with its zone, such as 2026-12-01T00:00:00+08:00.

    Raises ArgumentTypeError, whose sentence argparse shows; of a ValueError it shows nothing.
    """
    found = read_moment(text)
    if found is None:
        raise ArgumentTypeError("a time with its zone is needed, such as 2026-12-01T00:00:00+08:00")
    return found


def require_writable(output: Path) -> None:
    """This will refuse a file that cannot be written, before anything is committed whose only copy would go there."""
    writable = os.access(output, os.W_OK) if output.exists() else os.access(output.parent, os.W_OK | os.X_OK)
    if output.is_dir() or not writable:
        raise CommandError("the output cannot be written")
