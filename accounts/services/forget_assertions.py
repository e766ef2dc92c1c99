"""Forget what nobody could use any more: expired assertions and tokens, and the counts of past minutes."""

from datetime import datetime

from accounts.models import AccessToken, RateCount, UsedAssertion


def forget_assertions(*, at: datetime) -> int:
    """This will commit the removal of used assertions and tokens that expired before `at` and of counts of past minutes; counts the first."""
    AccessToken.objects.filter(expires_at__lt=at).delete()
    RateCount.objects.filter(minute__lt=int(at.timestamp()) // 60 - 1).delete()
    forgotten, _ = UsedAssertion.objects.filter(expires_at__lt=at).delete()
    return forgotten
