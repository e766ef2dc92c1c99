"""Holding callers and addresses to a number of calls a minute."""

from datetime import datetime
from enum import StrEnum
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


def count_call(*, rate: Rate, who: str, at: datetime) -> None:
    """This will commit one call of `who` (an address, or a caller) in its minute (UTC).

    Raises RateLimited `rate.api_address|api_caller|token_address|token_client|sign_in_address` with the seconds to the next minute.
    """
    now = int(at.timestamp())
    minute, second = divmod(now, _MINUTE_SECONDS)
    # Keyed: an address could be found again from its plain digest.
    bucket = salted_hmac(f"rate.{rate}", who, algorithm="sha256").digest()
    if not take(bucket=bucket, minute=minute, limit=settings.RATES_PER_MINUTE[rate]):
        raise RateLimited(f"rate.{rate}", "too many calls in this minute", retry_after=_MINUTE_SECONDS - second)
