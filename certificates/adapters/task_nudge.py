"""Telling the workers that a row waits. Messages carry ids only and may be lost: the sweep finds the row again."""

import logging

from celery import current_app
from kombu.exceptions import KombuError

_log = logging.getLogger(__name__)


def nudge(task: str, **ids: object) -> bool:
    """This will send a task by name with row ids; False, and a line in the log, where the broker did not take it."""
    try:
        current_app.send_task(task, kwargs=ids, retry=False, ignore_result=True)
    except (KombuError, OSError):
        _log.warning("the broker did not take %s; the sweep will send it again", task)
        return False
    return True
