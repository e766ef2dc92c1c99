"""Forget assertions that have expired: nobody could use them again."""

from datetime import datetime

from accounts.models import UsedAssertion


def forget_assertions(*, at: datetime) -> int:
    """This will commit the removal of used assertions that expired before `at`, and count them."""
    forgotten, _ = UsedAssertion.objects.filter(expires_at__lt=at).delete()
    return forgotten
