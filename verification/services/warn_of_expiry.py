"""Warnings in the log of the process, long before the trust list ends."""

import logging
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.cache import cache

from verification.core.errors import TrustListError
from verification.core.trust_list import days_left, expires_soon
from verification.queries.current_trust_list import current_trust_list

logger = logging.getLogger(__name__)

QUIET_SECONDS: Final = 3600  # once an hour is enough to be seen and too little to be filtered away


def warn_of_expiry(*, at: datetime) -> bool:
    """This will log a warning while 30 days or fewer are left, an error while no list is in force; at most once an hour.

    It says whether anything was logged. The hour is kept in the cache: processes that share one warn once together.
    """
    try:
        trust_list = current_trust_list(at=at)
    except TrustListError as refused:
        return _once(
            logging.ERROR, "no trust list is in force (%s): every verdict on another region fails", refused.code
        )
    if not expires_soon(trust_list, at=at):
        return False
    left = days_left(trust_list, at=at)
    return _once(
        logging.WARNING, "the trust list expires in %d days: load a newer one, or all trust ends with it", left
    )


def _once(level: int, sentence: str, detail: object) -> bool:
    if not cache.add(f"huzheng:{settings.NODE.region}:trust-list-warned:{level}", True, timeout=QUIET_SECONDS):
        return False
    logger.log(level, sentence, detail)
    return True
