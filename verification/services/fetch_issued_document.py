"""The agency that issued a licence takes its file, to print it at the window or to file it: recorded every time, for the holder to read."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from certificates.core.errors import IssueError
from certificates.queries.certificate_metadata import certificate_metadata
from certificates.services.read_document import read_document
from verification.core.lookup_entry import EntryKind
from verification.core.lookup_members import Member
from verification.core.matters import check_purpose
from verification.core.recorded_members import caller_members, shown_members
from verification.models import Lookup
from verification.queries.lookup_parties import caller_name
from verification.queries.own_licences import OwnLicence, own_licence
from verification.queries.policies import purpose_rules
from verification.services.detail_key import detail_key
from verification.services.read_own_credential import full_grains, read_own_credential
from verification.services.record_lookup import record_lookup, subjects_of


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedDocument:
    """This will hold the file's bytes, the licence's identifier to name it by, and the look-up under which the hand-out stands."""

    lookup_id: UUID
    identifier: str
    data: bytes = field(repr=False)


def fetch_issued_document(
    *, caller: Caller, certificate_id: UUID, purpose: str, at: datetime, kind: str = "pdf"
) -> IssuedDocument:
    """This will commit the look with its stated `purpose`, every time, and then give the file, "pdf" or "ofd", to who issues for the agency.

    Raises NotPermitted, PolicyError `purpose.*`, IssueError `issue.unknown` alike for a licence of another agency and for none,
    DocumentError as `read_document` does, CipherError `cipher.erased`, LogError `log.stalled`.
    """
    require(caller, Action.ISSUE)
    check_purpose(purpose, purpose_rules(), copies=0)
    metadata = certificate_metadata(certificate_id=certificate_id)
    if metadata is None or not caller.agency_uscc or metadata.agency_uscc != caller.agency_uscc:
        raise IssueError("issue.unknown", "the agency has issued no such certificate")
    licence = own_licence(certificate_id=certificate_id)
    assert licence is not None  # its metadata was just read
    data = read_document(certificate_id=certificate_id, kind=kind)
    with transaction.atomic():
        lookup_id = _record(caller, licence, purpose, at)
    return IssuedDocument(lookup_id=lookup_id, identifier=metadata.identifier, data=data)


def _record(caller: Caller, licence: OwnLicence, purpose: str, at: datetime) -> UUID:
    certificate_id, name = licence.owned.certificate_id, caller_name(caller)
    shown = read_own_credential(certificate_id=certificate_id, grains=full_grains(licence.definition), at=at).shown
    return record_lookup(
        lookup_id=uuid4(),
        side=Lookup.Side.HOME,
        kind=EntryKind.LOOKUP_FETCHED,
        caller=name,
        members={
            **caller_members(caller, name=name, region=settings.NODE.region),
            Member.PURPOSE: purpose,
            Member.LICENCE_TYPE: licence.definition.code,
            Member.ISSUING_REGION: settings.NODE.region,
            **shown_members(shown),
        },
        subjects=subjects_of(licence.owned),
        key_subject=detail_key(owned=licence.owned, at=at),
        outcome="fetched",
        at=at,
    ).lookup_id
