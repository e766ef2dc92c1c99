"""The agency that issued a licence revokes a purpose copy that somebody else had made: with a reason that the holder reads."""

from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from accounts.core.caller import Caller
from certificates.services.drop_copy_file import drop_copy_file
from certificates.services.end_issued_copy import end_issued_copy
from verification.core.lookup_entry import EntryKind
from verification.core.lookup_members import Member
from verification.core.recorded_members import caller_members
from verification.models import Lookup
from verification.queries.lookup_parties import caller_name
from verification.queries.own_licences import own_licence
from verification.services.detail_key import detail_key
from verification.services.record_lookup import record_lookup, subjects_of


def revoke_issued_copy(
    *, caller: Caller, certificate_id: UUID, number: str, reason_code: str, at: datetime
) -> UUID | None:
    """This will commit revocation, signed status list and the entry in log and holder's list together, then remove the file.

    It gives the entry's look-up; None for a copy that was revoked already, which stays as it is. Raises NotPermitted, IssueError `issue.unknown`,
    CopyError `copy.reason|not_of_licence`, LogError `log.stalled`.
    """
    with transaction.atomic():
        copy_row = end_issued_copy(
            caller=caller, certificate_id=certificate_id, number=number, reason_code=reason_code, at=at
        )
        if copy_row is None:
            return None
        lookup_id = _record(caller, certificate_id, number, reason_code, at)
    drop_copy_file(copy_id=copy_row, code="copy.revoked")
    return lookup_id


def _record(caller: Caller, certificate_id: UUID, number: str, reason_code: str, at: datetime) -> UUID:
    licence, name = own_licence(certificate_id=certificate_id), caller_name(caller)
    assert licence is not None  # a copy cannot outlive its certificate's row
    return record_lookup(
        lookup_id=uuid4(),
        side=Lookup.Side.HOME,
        kind=EntryKind.LOOKUP_COPY_REVOKED,
        caller=name,
        members={
            **caller_members(caller, name=name, region=settings.NODE.region),
            Member.PURPOSE: f"copy_revoked.{reason_code}",
            Member.LICENCE_TYPE: licence.definition.code,
            Member.ISSUING_REGION: settings.NODE.region,
            Member.COPY_NUMBER: number,
        },
        subjects=subjects_of(licence.owned),
        key_subject=detail_key(owned=licence.owned, at=at),
        outcome="copy_revoked",
        at=at,
    ).lookup_id
