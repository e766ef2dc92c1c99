"""Publish the node's log: the one process that gives entries their indices. A second one ends at once with status 3."""

import logging
import signal
import sys
import threading
from types import FrameType
from typing import Any, Final

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone

from verification.core.errors import LogError, TrustListError
from verification.services.collect_cosignatures import collect_cosignatures
from verification.services.keep_log import keep_log
from verification.services.open_log import open_log
from verification.services.publisher_office import publisher_office

logger = logging.getLogger(__name__)

LOCK_TAKEN: Final = 3
RETRY_SECONDS: Final = 1.0


class Command(BaseCommand):
    """`manage.py run_publisher`: runs until SIGTERM or Ctrl-C; logs counts and codes only."""

    help = __doc__
    requires_system_checks = (
        Tags.security,
    )  # pages and URLs are none of its business; `open_log` looks at the triggers

    def handle(self, *args: Any, **options: Any) -> None:
        """This will hold the publisher's office, check the log, then publish and collect cosignatures until told to stop."""
        stopping = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            stopping.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        try:
            with publisher_office() as office:
                logger.info("publisher of a log of %d entries", open_log(at=timezone.now()))
                witness_thread = threading.Thread(target=_cosign, args=(stopping,), daemon=True)
                witness_thread.start()
                while not stopping.is_set():
                    office.require_held()
                    stopping.wait(_publish(stopping))
                witness_thread.join(settings.NODE.peer_timeout_seconds * 2)
        except LogError as error:
            logger.error("%s: %s", error.code, error)  # noqa: TRY400  # a named refusal; its trace says nothing more
            sys.exit(LOCK_TAKEN if error.code == "log.publisher.taken" else 1)


def _publish(stopping: threading.Event) -> float:
    """This will do one round and give the seconds to pause; a clock that went back, or a busy database, is waited out."""
    try:
        kept = keep_log(clock=timezone.now, go_on=lambda: not stopping.is_set())
    except OperationalError as error:
        logger.warning("the database did not take a batch (%s): it is tried again", type(error).__name__)
        close_old_connections()
        return RETRY_SECONDS
    except LogError as error:
        if error.code not in {"log.clock.back", "log.publisher.taken"}:
            raise
        logger.warning("%s: %s", error.code, error)
        return RETRY_SECONDS
    if kept.published or kept.hours_closed:
        logger.info("published %d entries, size %d, journal hours %d", kept.published, kept.size, kept.hours_closed)
    return settings.NODE.publish_seconds


def _cosign(stopping: threading.Event) -> None:
    """This will ask the witnesses again and again, in a thread of its own: a slow peer must not delay publishing."""
    while not stopping.wait(settings.NODE.cosign_seconds):
        try:
            collected = collect_cosignatures(at=timezone.now())
        except (TrustListError, LogError) as error:
            logger.warning("no cosignatures: %s", error.code)
        except OperationalError as error:
            logger.warning("the database did not take a cosignature (%s)", type(error).__name__)
        else:
            if collected.cosigned:
                logger.info("cosigned by %d witnesses", collected.cosigned)
        finally:
            connection.close()
