"""The one address of a status list as it stood at a past moment: `GET /status-lists/<id>?time=<unix>&matter=<code>`."""

import re
from datetime import UTC, datetime
from typing import Final

from verification.core.errors import PolicyError

_SECONDS: Final = re.compile(r"0|[1-9][0-9]{0,11}", re.ASCII)
_LAST_SECOND: Final = 253_402_300_799  # the last one of 9999
_MATTER: Final = re.compile(r"[0-9A-Za-z._-]{1,64}", re.ASCII)  # none of these is written otherwise in an address


def history_path(*, status_list_id: int, as_of: datetime, matter_code: str) -> str:
    """This will give path and query in their only form, which is what a region signs."""
    return f"/status-lists/{status_list_id}?time={int(as_of.timestamp())}&matter={matter_code}"


def read_history_query(*, time: str, matter: str) -> tuple[datetime, str]:
    """This will read the query's members strictly; raises PolicyError `request.form`."""
    if _SECONDS.fullmatch(time) is None or int(time) > _LAST_SECOND or _MATTER.fullmatch(matter) is None:
        raise PolicyError("request.form", "the query names no moment in whole seconds, or no matter")
    return datetime.fromtimestamp(int(time), tz=UTC), matter
