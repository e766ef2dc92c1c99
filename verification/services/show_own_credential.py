"""Holders take their own credential with them: the signed bytes with every field."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.core.caller import Caller
from verification.services.read_own_credential import full_grains, read_own_credential
from verification.services.record_own_look import own_licence_of, record_own_look


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCredentialShown:
    """This will hold the SD-JWT with each field at the most it can show, and the look-up in the own list."""

    lookup_id: UUID
    sd_jwt: str = field(repr=False)


def show_own_credential(*, caller: Caller, certificate_id: UUID, session_key: str, at: datetime) -> OwnCredentialShown:
    """This will commit the look, once a sign-in, and then give the credential.

    Raises NotPermitted, IssueError `issue.not_released`, CipherError `cipher.erased`, LogError `log.stalled`.
    """
    licence = own_licence_of(caller=caller, certificate_id=certificate_id, session_key=session_key, at=at)
    credential = read_own_credential(certificate_id=certificate_id, grains=full_grains(licence.definition), at=at)
    with transaction.atomic():
        lookup_id = record_own_look(
            caller=caller, licence=licence, session_key=session_key, seen="credential", shown=credential.shown, at=at
        )
    return OwnCredentialShown(lookup_id=lookup_id, sd_jwt=credential.sd_jwt)
