"""Recording that holders saw their own licence: once for each licence, sign-in and what was seen, and at every unmasking."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from accounts.core.caller import Caller
from accounts.core.errors import NotPermitted
from accounts.core.permissions import Action, require
from certificates.adapters.blind_index import blind_index
from certificates.core.facts import shanghai_date
from certificates.core.sd_jwt_format import Shown
from certificates.queries.holdings import owner_acted_for
from verification.core.errors import PolicyError
from verification.core.lookup_entry import EntryKind
from verification.core.lookup_members import Member
from verification.core.recorded_members import shown_members
from verification.models import Lookup
from verification.queries.lookup_parties import caller_name
from verification.queries.own_licences import OwnLicence, own_licence
from verification.services.record_lookup import PURPOSE_INDEX, record_lookup, subjects_of


def own_licence_of(*, caller: Caller, certificate_id: UUID, session_key: str, at: datetime) -> OwnLicence:
    """This will give a licence of the caller, or of a firm the caller acts for; it writes nothing.

    Raises NotPermitted alike for a licence of others and for none, PolicyError `session.missing`.
    """
    require(caller, Action.SEE_OWN)
    if not session_key:
        raise PolicyError("session.missing", "own licences are seen after signing in")
    on = shanghai_date(at)
    owner = (
        owner_acted_for(certificate_id=certificate_id, holder_id=caller.holder_id, on=on) if caller.holder_id else None
    )
    licence = own_licence(certificate_id=certificate_id) if owner is not None else None
    if licence is None:
        raise NotPermitted
    return licence


def record_own_look(
    *,
    caller: Caller,
    licence: OwnLicence,
    session_key: str,
    seen: str,
    shown: Mapping[str, Shown],
    every_time: bool = False,
    lookup_id: UUID | None = None,
    more: Mapping[str, Any] = MappingProxyType({}),
    at: datetime,
) -> UUID:
    """This will record, in the caller's transaction, that the holder saw `seen`, and give the look-up's id.

    Unless `every_time`, a look of the same licence in the same sign-in that is recorded already stands for this one. `more` are
    members of this look beside the usual ones; its id is `lookup_id` where that was drawn before.
    """
    once = "\n".join((session_key, str(licence.owned.certificate_id), seen, *(str(one) for one in more.values())))
    if not every_time:
        known = Lookup.objects.filter(
            caller=caller_name(caller),
            side=Lookup.Side.SELF,
            purpose_index=blind_index(purpose=PURPOSE_INDEX, value=once),
        ).first()
        if known is not None:
            return known.pk
    recorded = record_lookup(
        lookup_id=lookup_id or uuid4(),
        side=Lookup.Side.SELF,
        kind=EntryKind.LOOKUP_SELF,
        caller=caller_name(caller),
        members={
            Member.CALLER: caller_name(caller),
            Member.PURPOSE: f"own.{seen}",
            Member.LICENCE_TYPE: licence.definition.code,
            Member.ISSUING_REGION: settings.NODE.region,
            **more,
            **shown_members(shown),
        },
        subjects=subjects_of(licence.owned),
        key_subject=f"certificate-{licence.owned.certificate_id}",
        outcome="shown",
        purpose_text=once,
        at=at,
    )
    return recorded.lookup_id
