"""Which members an entry commits to, beside the usual ones, where a purpose copy 加注件 is made or handed out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from verification.core.lookup_members import Member
from verification.core.moment import moment_text


def copy_members(*, number: str, recipient: str, expires_at: datetime) -> dict[str, Any]:
    """This will give the members that say which copy it is, for whom, and until when."""
    return {
        Member.COPY_NUMBER: number,
        Member.COPY_RECIPIENT: recipient,
        Member.COPY_END: moment_text(expires_at),
    }


def is_look_at_copy(members: Mapping[str, Any]) -> bool:
    """This will tell whether what was looked at was itself a copy."""
    return Member.COPY_NUMBER in members
