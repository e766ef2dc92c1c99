"""Holders download the signed file of their own licence."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.core.caller import Caller
from certificates.services.read_document import read_document
from verification.services.read_own_credential import full_grains, read_own_credential
from verification.services.record_own_look import own_licence_of, record_own_look


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDocument:
    """This will hold the file's bytes, and the look-up under which the download stands in the own list."""

    lookup_id: UUID
    data: bytes = field(repr=False)


def fetch_document(
    *, caller: Caller, certificate_id: UUID, session_key: str, at: datetime, kind: str = "pdf"
) -> OwnDocument:
    """This will commit the look, once a sign-in, and then give the file, "pdf" or "ofd"; it shows what the whole licence says.

    Raises NotPermitted, DocumentError `document.not_ready|ofd.not_made`, CipherError `cipher.erased`, LogError `log.stalled`.
    """
    licence = own_licence_of(caller=caller, certificate_id=certificate_id, session_key=session_key, at=at)
    data = read_document(certificate_id=certificate_id, kind=kind)
    credential = read_own_credential(certificate_id=certificate_id, grains=full_grains(licence.definition), at=at)
    with transaction.atomic():
        lookup_id = record_own_look(
            caller=caller, licence=licence, session_key=session_key, seen="document", shown=credential.shown, at=at
        )
    return OwnDocument(lookup_id=lookup_id, data=data)
