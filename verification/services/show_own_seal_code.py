"""Holders get the code that is printed on their own licence."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.core.caller import Caller
from certificates.services.reveal_seal_code import reveal_seal_code
from verification.services.record_own_look import own_licence_of, record_own_look


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSealCode:
    """This will hold the code's text ("HZ1:...") and the look-up under which it stands in the own list."""

    lookup_id: UUID
    text: str = field(repr=False)


def show_own_seal_code(*, caller: Caller, certificate_id: UUID, session_key: str, at: datetime) -> OwnSealCode:
    """This will commit the look, once a sign-in, and then give the code.

    Raises NotPermitted, IssueError `issue.not_released`, CipherError `cipher.erased`, LogError `log.stalled`.
    """
    licence = own_licence_of(caller=caller, certificate_id=certificate_id, session_key=session_key, at=at)
    text = reveal_seal_code(certificate_id=certificate_id)
    with transaction.atomic():
        lookup_id = record_own_look(
            caller=caller, licence=licence, session_key=session_key, seen="seal_code", shown={}, at=at
        )
    return OwnSealCode(lookup_id=lookup_id, text=text)
