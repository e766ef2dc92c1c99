"""Holding callers and addresses to a number of calls a minute, and tries of one name to a number in ten."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.adapters.rate_counts import take
from accounts.core.errors import RateLimited

_MINUTE_SECONDS: Final = 60


class Rate(StrEnum):
    """This will name what is counted; the limit of each stands in `settings.RATES_PER_MINUTE`."""

    API_ADDRESS = "api_address"
    API_CALLER = "api_caller"
    TOKEN_ADDRESS = "token_address"  # noqa: S105  # a name
    TOKEN_CLIENT = "token_client"  # noqa: S105  # a name
    SIGN_IN_ADDRESS = "sign_in_address"
    SIGN_IN_NAME = "sign_in_name"
    FILES_CALLER = "files_caller"


_MINUTES: Final[Mapping[Rate, int]] = MappingProxyType({Rate.SIGN_IN_NAME: 10})  # all others: one


def count_call(*, rate: Rate, who: str, at: datetime) -> None:
    """This will commit one call of `who` (an address, or a caller, or a name) in its minute or ten (UTC).

    Raises RateLimited `rate.api_address|api_caller|token_address|token_client|sign_in_address|sign_in_name|files_caller` with the
    seconds to the next.
    """
    now = int(at.timestamp())
    minute = now // _MINUTE_SECONDS
    # Counted under the last minute of several, since what is past is swept away.
    minutes = _MINUTES.get(rate, 1)
    last = minute - minute % minutes + minutes - 1
    # Keyed: an address could be found again from its plain digest.
    bucket = salted_hmac(f"rate.{rate}", who, algorithm="sha256").digest()
    if not take(bucket=bucket, minute=last, limit=settings.RATES_PER_MINUTE[rate]):
        raise RateLimited(f"rate.{rate}", "too many calls in this time", retry_after=(last + 1) * _MINUTE_SECONDS - now)
