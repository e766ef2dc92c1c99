"""First half of a mass revocation: one administrator asks for it, with the count that the dry run told."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.core.caller import Caller
from accounts.core.permissions import Action, Role, require
from accounts.models import Agency
from certificates.core.act_reasons import MASS_REASONS
from certificates.core.errors import IssueError
from certificates.core.mass_revocation import MOST, MassSelection, set_digest
from certificates.models import MassRevocation, MassRevocationItem
from certificates.queries.mass_revocations import chosen_ids

_AT_ONCE = 1000


def ask_mass_revocation(
    *, caller: Caller, selection: MassSelection, reason_code: str, expected_count: int, at: datetime
) -> UUID:
    """This will commit the exact set that another administrator decides on, and give its id; nothing is revoked yet.

    Raises NotPermitted, IssueError `issue.reason`, `issue.unknown` (another agency's), `issue.mass_empty|mass_too_many`, and
    `issue.mass_count` where the set is not as large as the dry run told.
    """
    require(caller, Action.MASS_REVOKE)
    if reason_code not in MASS_REASONS:
        raise IssueError("issue.reason", "many licences are not revoked at once for such a reason")
    agency = Agency.objects.filter(uscc=selection.agency_uscc).first()
    if agency is None or (caller.kind is not Role.NODE_ADMIN and caller.agency_uscc != agency.uscc):
        raise IssueError("issue.unknown", "the caller revokes nothing of such an agency")
    with transaction.atomic():
        ids = chosen_ids(selection=selection)
        if not ids:
            raise IssueError("issue.mass_empty", "the selection holds no live licence")
        if len(ids) > MOST:
            raise IssueError("issue.mass_too_many", "the selection holds more licences than one set may")
        if len(ids) != expected_count:
            raise IssueError("issue.mass_count", "the set is not as large as the dry run told")
        mass = MassRevocation.objects.create(
            agency=agency,
            selection=selection.as_json(),
            reason_code=reason_code,
            count=len(ids),
            set_digest=set_digest(agency_uscc=agency.uscc, reason_code=reason_code, ids=ids),
            asked_by_id=int(caller.principal_id),
            asked_at=at,
        )
        items = (MassRevocationItem(mass=mass, certificate_id=one) for one in ids)
        MassRevocationItem.objects.bulk_create(items, batch_size=_AT_ONCE)
    return mass.pk
