"""How often the very same reason was given before for other cases."""

from datetime import datetime

from verification.core.request_policy import COPIES_COUNTED_FOR
from verification.models import Lookup


def purpose_copies(*, caller: str, purpose_index: bytes, case_index: bytes, at: datetime) -> int:
    """This will count the caller's other cases of the last 30 days that gave the same reason and were not refused.

    Both indices are keyed (`blind_index`); asking again for one case, or being refused, makes no copy.
    """
    same = Lookup.objects.filter(caller=caller, purpose_index=purpose_index, at__gt=at - COPIES_COUNTED_FOR)
    others = same.exclude(case_index=case_index).exclude(outcome="refused")
    return others.values("case_index").distinct().count()
