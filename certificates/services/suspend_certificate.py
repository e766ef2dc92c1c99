"""Suspend one issued licence."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.core.caller import Caller
from certificates.core.actor import actor_of
from certificates.core.certificate_states import Act
from certificates.services.apply_act import apply_act
from certificates.services.own_certificate import own_certificate
from certificates.services.require_single_act import require_single_act


def suspend_certificate(*, caller: Caller, certificate_id: UUID, reason_code: str, at: datetime) -> None:
    """This will suspend a licence until it is reinstated or revoked.

    State, status entries, log event and the newly signed status lists commit together, before it returns.
    Raises NotPermitted, IssueError `issue.unknown|state|reason`, and `issue.mass_needed` once the agency has ended so many within an
    hour that more take two administrators.
    """
    with transaction.atomic():
        certificate = own_certificate(caller=caller, certificate_id=certificate_id)
        require_single_act(certificate=certificate, at=at)
        apply_act(certificate=certificate, act=Act.SUSPEND, actor=actor_of(caller), reason_code=reason_code, at=at)
