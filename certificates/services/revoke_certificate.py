"""Revoke one issued licence."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.core.caller import Caller
from certificates.core.actor import actor_of
from certificates.core.certificate_states import Act
from certificates.core.errors import IssueError
from certificates.queries.mass_revocations import revoked_lately
from certificates.services.apply_act import apply_act
from certificates.services.own_certificate import own_certificate


def revoke_certificate(*, caller: Caller, certificate_id: UUID, reason_code: str, at: datetime) -> None:
    """This will revoke a licence for good: nothing ever makes it valid again.

    State, status entries, log event and the newly signed status lists commit together, before it returns.
    Raises NotPermitted, IssueError `issue.unknown|state|reason`, and `issue.mass_needed` once the agency has revoked so many within an
    hour that more take two administrators.
    """
    with transaction.atomic():
        certificate = own_certificate(caller=caller, certificate_id=certificate_id)
        if revoked_lately(agency_uscc=certificate.agency.uscc, at=at) >= settings.NODE.mass_revoke_threshold:
            raise IssueError("issue.mass_needed", "so many revocations in an hour take two administrators")
        apply_act(certificate=certificate, act=Act.REVOKE, actor=actor_of(caller), reason_code=reason_code, at=at)
