"""Reading a moment that somebody typed or sent as text: the one reader of all apps."""

from datetime import datetime
from typing import Final

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 9998  # a zone's offset carries the last days of 9999 past what a datetime can hold


def read_moment(text: str) -> datetime | None:
    """This will give the moment of an ISO 8601 text, or None unless it has a zone and a date that every database holds."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None and _FIRST_YEAR <= moment.year <= _LAST_YEAR else None
