"""How often the very same reason was given before for other cases."""

from datetime import datetime

from django.db.models import Count

from accounts.queries.compiled_read import CompiledRead
from verification.core.request_policy import COPIES_COUNTED_FOR
from verification.models import Lookup

_COPIES = CompiledRead(
    lambda given: (
        Lookup.objects.filter(caller=given("caller"), purpose_index=given("purpose_index"), at__gt=given("since"))
        .exclude(case_index=given("case_index"))
        .exclude(outcome="refused")
        .values("caller")
        .annotate(cases=Count("case_index", distinct=True))
        .values_list("cases")
    )
)


def purpose_copies(*, caller: str, purpose_index: bytes, case_index: bytes, at: datetime) -> int:
    """This will count the caller's other cases of the last 30 days that gave the same reason and were not refused.

    Both indices are keyed (`blind_index`); asking again for one case, or being refused, makes no copy.
    """
    row = _COPIES.first(
        caller=caller, purpose_index=purpose_index, case_index=case_index, since=at - COPIES_COUNTED_FOR
    )
    return 0 if row is None else int(row[0])
