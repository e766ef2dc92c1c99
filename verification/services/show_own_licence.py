"""Holders see what their own licence says: masked at first, whole when they ask for it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.core.caller import Caller
from certificates.core.licence_types import LicenceTypeDefinition
from certificates.services.reveal_photo import reveal_photo
from verification.core.answer_view import ViewField, view_fields
from verification.core.shown_photo import shown_photo, shows_photo
from verification.services.read_own_credential import full_grains, masked_grains, read_own_credential
from verification.services.record_own_look import own_licence_of, record_own_look


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLicenceShown:
    """This will hold what the holder sees, and the look-up under which it stands in the own list."""

    lookup_id: UUID
    definition: LicenceTypeDefinition
    unmasked: bool
    fields: tuple[ViewField, ...]


def show_own_licence(
    *, caller: Caller, certificate_id: UUID, session_key: str, unmask: bool, at: datetime
) -> OwnLicenceShown:
    """This will commit the look, once a sign-in while masked and every time when unmasked, and then give the values.

    Raises NotPermitted, IssueError `issue.not_released`, CipherError `cipher.erased`, LogError `log.stalled`.
    """
    licence = own_licence_of(caller=caller, certificate_id=certificate_id, session_key=session_key, at=at)
    grains = full_grains(licence.definition) if unmask else masked_grains(licence.definition)
    credential = read_own_credential(certificate_id=certificate_id, grains=grains, at=at)
    picture = (
        reveal_photo(certificate_id=certificate_id)
        if unmask and shows_photo(grains, definition=licence.definition)
        else None
    )
    with transaction.atomic():
        lookup_id = record_own_look(
            caller=caller,
            licence=licence,
            session_key=session_key,
            seen="unmasked" if unmask else "masked",
            shown=credential.shown,
            every_time=unmask,
            at=at,
        )
    return OwnLicenceShown(
        lookup_id=lookup_id,
        definition=licence.definition,
        unmasked=unmask,
        fields=view_fields(
            credential.shown,
            definition=licence.definition,
            names=credential.shown,
            pictures=shown_photo(picture, definition=licence.definition, shown=credential.shown),
        ),
    )
