"""What the commands about keys share: printing lines, and telling refusals by their codes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError

from certificates.core.errors import CertificatesError
from certificates.queries.key_register import ListedKey


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
