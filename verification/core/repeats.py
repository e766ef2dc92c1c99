"""How long the very same request gets the answer that it had; one window for counters and for other regions."""

from datetime import datetime, timedelta
from typing import Final

# As short as a retry needs: an answer given again says nothing of what happened to the licence since.
REPEAT_WINDOW: Final = timedelta(seconds=120)


def is_repeat(*, answered_at: datetime, at: datetime) -> bool:
    """This will tell whether a request at `at` gets the answer of `answered_at`; of two at once either may be the earlier."""
    return abs(at - answered_at) <= REPEAT_WINDOW
