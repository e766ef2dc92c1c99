"""The election of the publisher, as the command that publishes sees it."""

from collections.abc import Iterator
from contextlib import contextmanager

from verification.adapters.publisher_lock import PublisherLock, publisher_lock


@contextmanager
def publisher_office() -> Iterator[PublisherLock]:
    """This will hold the office of publisher for a block; raises LogError `log.publisher.taken` where another process has it."""
    with publisher_lock() as held:
        yield held
