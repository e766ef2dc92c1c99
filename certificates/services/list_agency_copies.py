"""The purpose copies that an agency had made."""

from datetime import datetime

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from certificates.services.copy_lines import CopyLine, copy_lines, copy_rows


def list_agency_copies(*, caller: Caller, at: datetime) -> tuple[CopyLine, ...]:
    """This will list the copies that the caller's agency made, newest first. Raises NotPermitted."""
    require(caller, Action.VERIFY)
    return copy_lines(rows=copy_rows().filter(maker_agency=caller.agency_uscc or " "), caller=caller, at=at)
