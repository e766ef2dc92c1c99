"""What the commands of all apps read alike from their words."""

from argparse import ArgumentTypeError
from datetime import datetime

from accounts.core.moment import read_moment


def moment(text: str) -> datetime:
    """This will read a time with its zone, such as 2026-12-01T00:00:00+08:00.

    Raises ArgumentTypeError, whose sentence argparse shows; of a ValueError it shows nothing.
    """
    found = read_moment(text)
    if found is None:
        raise ArgumentTypeError("a time with its zone is needed, such as 2026-12-01T00:00:00+08:00")
    return found
