"""Handing out a purpose copy to the agency that had it made: a look-up of its matter and case, recorded every time."""

from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from certificates.core.errors import CopyError
from certificates.services.copy_lines import MAKING, CopyLine, copy_line
from certificates.services.read_copy import read_copy
from verification.core.field_items import cut_items, facts_by_field
from verification.core.lookup_entry import EntryKind
from verification.core.lookup_members import Member
from verification.core.recorded_members import caller_members, shown_members
from verification.models import Lookup
from verification.queries.lookup_parties import caller_name
from verification.queries.own_agencies import agency_relies
from verification.queries.own_licences import OwnLicence, own_licence
from verification.queries.policies import agency_matter, usage_rules
from verification.services.copy_file import CopyFile, copied_values, line_members
from verification.services.detail_key import detail_key
from verification.services.record_lookup import record_lookup, subjects_of


def fetch_agency_copy(*, caller: Caller, copy_id: UUID, at: datetime) -> CopyFile | None:
    """This will commit a look-up for the copy's matter and case, and then give the file of a copy that the agency had made; None
    while it is being made.

    Raises NotPermitted, CopyError `copy.unknown|expired|revoked|licence_ended|handed_no_more` (the usage list is asked at each hand-out, as at
    every look), DocumentError `document.not_ready`, CipherError,
    LogError `log.stalled`.
    """
    require(caller, Action.VERIFY)
    line = copy_line(caller=caller, copy_id=copy_id, at=at)
    if line.state == MAKING:
        return None
    licence = own_licence(certificate_id=line.certificate_id)
    assert licence is not None  # a copy cannot outlive its certificate's row
    _require_still_allowed(caller, line, licence)
    data, shown, lookup_id = read_copy(copy_id=copy_id, at=at), copied_values(line=line, at=at), uuid4()
    matter = agency_matter(code=line.matter_code)
    name = caller_name(caller)
    with transaction.atomic():
        record_lookup(
            lookup_id=lookup_id,
            side=Lookup.Side.HOME,
            kind=EntryKind.LOOKUP_COPIED,
            caller=name,
            members={
                **caller_members(caller, name=name, region=settings.NODE.region),
                **line_members(line=line),
                Member.MATTER_CODE: line.matter_code,
                **({} if matter is None else {Member.MATTER_NAME: matter.matter.name_zh}),
                Member.CASE_NUMBER: line.case_number,
                Member.PURPOSE: line.purpose,
                Member.LICENCE_TYPE: licence.definition.code,
                Member.ISSUING_REGION: settings.NODE.region,
                **shown_members(shown),
            },
            subjects=subjects_of(licence.owned),
            key_subject=detail_key(owned=licence.owned, at=at),
            outcome="fetched",
            at=at,
        )
    return CopyFile(lookup_id=lookup_id, number=line.number, data=data)


def _require_still_allowed(caller: Caller, line: CopyLine, licence: OwnLicence) -> None:
    definition, agency = licence.definition, caller.agency_uscc or ""
    usage = cut_items(
        usage_rules(type_code=definition.code, matter_code=line.matter_code),
        facts_of=facts_by_field(definition),
        type_code=definition.code,
        region=settings.NODE.region,
        agency=agency,
        matter=line.matter_code,
        wanted=line.grains,
        offered=line.grains,
    )
    if not (agency_relies(uscc=agency) and usage.copies and dict(usage.allowed) == dict(line.grains)):
        raise CopyError("copy.handed_no_more", "the usage list no longer allows what the copy shows")
