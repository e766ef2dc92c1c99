"""Handing out a purpose copy to the holder who had it made: recorded before it leaves, once a sign-in."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from certificates.services.copy_lines import MAKING, copy_line
from certificates.services.read_copy import read_copy
from verification.services.copy_file import CopyFile, copied_values, line_members
from verification.services.record_own_look import own_licence_of, record_own_look


def fetch_own_copy(*, caller: Caller, copy_id: UUID, session_key: str, at: datetime) -> CopyFile | None:
    """This will commit the look, once a sign-in, and then give the file of a copy that the holder had made; None while it is made.

    Raises NotPermitted, CopyError `copy.unknown` (alike for a copy of others and for none), `copy.expired|revoked|licence_ended`,
    DocumentError `document.not_ready`, CipherError `cipher.erased`, LogError `log.stalled`.
    """
    require(caller, Action.SEE_OWN)
    line = copy_line(caller=caller, copy_id=copy_id, at=at)
    if line.state == MAKING:
        return None
    licence = own_licence_of(caller=caller, certificate_id=line.certificate_id, session_key=session_key, at=at)
    data, shown = read_copy(copy_id=copy_id, at=at), copied_values(line=line, at=at)
    with transaction.atomic():
        lookup_id = record_own_look(
            caller=caller,
            licence=licence,
            session_key=session_key,
            seen="copy",
            shown=shown,
            more=line_members(line=line),
            at=at,
        )
    return CopyFile(lookup_id=lookup_id, number=line.number, data=data)
