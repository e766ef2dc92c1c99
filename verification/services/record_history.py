"""Recording that somebody asked how a status list stood at a past moment: it is about nobody in particular, and recorded all the same."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from verification.core.lookup_entry import EntryKind
from verification.core.lookup_members import Member
from verification.core.moment import moment_text
from verification.models import Lookup
from verification.services.detail_key import detail_key
from verification.services.record_lookup import record_lookup

_LONGEST_NUMBER: Final = 20  # anybody may name a list of any number


def record_history(
    *,
    caller: str,
    side: Lookup.Side,
    members: Mapping[str, Any],
    status_list_id: int,
    as_of: datetime,
    matter_code: str,
    code: str,
    peer_region: str | None,
    at: datetime,
) -> None:
    """This will record the request in the caller's transaction; `code` is that of the refusal, empty where it was answered."""
    answered = EntryKind.LOOKUP_ANSWERED if peer_region else EntryKind.LOOKUP_VERIFIED
    record_lookup(
        lookup_id=uuid4(),
        side=side,
        kind=EntryKind.LOOKUP_REFUSED if code else answered,
        caller=caller,
        members={
            **members,
            Member.MATTER_CODE: matter_code,
            Member.STATUS_LIST: str(status_list_id)[:_LONGEST_NUMBER],
            Member.AS_OF: moment_text(as_of),
            **({Member.REFUSAL: code} if code else {}),
        },
        subjects=(),
        key_subject=detail_key(owned=None, at=at),
        outcome="refused" if code else "released",
        code=code,
        peer_region=peer_region,
        at=at,
    )
