"""What the commands about keys share: reading times, printing lines, and telling refusals by their codes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.management.base import CommandError
from django.utils.dateparse import parse_datetime

from certificates.core.errors import CertificatesError
from certificates.queries.key_register import ListedKey


def moment(text: str) -> datetime:
    """This will read a time with its zone, such as 2026-12-01T00:00:00+08:00; raises ValueError."""
    found = parse_datetime(text)
    if found is None or found.tzinfo is None:
        raise ValueError("a time with its zone is needed, such as 2026-12-01T00:00:00+08:00")
    return found


def lines(keys: Iterable[ListedKey]) -> Iterator[str]:
    """This will give one line a key."""
    for key in keys:
        times = " ".join(
            f"{name} {time.isoformat(timespec='seconds')}"
            for name, time in (("from", key.from_at), ("to", key.to_at), ("compromised", key.compromised_at))
            if time is not None
        )
        yield f"{key.kid} {key.owner} {key.purpose} {key.suite} {key.backend} {key.state} {times}".rstrip()


@contextmanager
def told_refusals() -> Iterator[None]:
    """This will turn a refusal into the command's error, by its code."""
    try:
        yield
    except CertificatesError as refused:
        raise CommandError(f"{refused.code}: {refused.message}") from refused
