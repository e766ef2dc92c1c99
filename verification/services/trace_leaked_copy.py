"""From a leaked file or picture to the look-up that made the copy: who asked for it, when, for which matter; itself a recorded look."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from accounts.core.regions import region
from certificates.adapters.mark_reader_apart import FoundOnPage, read_apart
from certificates.core.errors import PictureError
from certificates.services.trace_copy import CopyTrace, trace_copy
from verification.core.lookup_entry import EntryKind
from verification.core.lookup_members import Member
from verification.core.recorded_members import caller_members
from verification.models import Lookup
from verification.queries.lookup_parties import caller_name
from verification.queries.own_licences import own_licence
from verification.services.detail_key import detail_key
from verification.services.lookup_openings import open_openings
from verification.services.record_lookup import record_lookup, subjects_of

MAX_REASON_CHARS: Final = 100  # a line in the holder's list


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakedCopy:
    """This will hold what a leaked copy leads to, and the look-up `trace_id` that tracing it was.

    `maker` is holder or agency; what was erased since is empty. `by_mark` is false where only the printed number was found, which
    anybody can print; `printed_differs` where the page prints the number of no copy or of another one than its mark names.
    """

    trace_id: UUID
    trace: CopyTrace = field(repr=False)
    by_mark: bool
    printed_differs: bool
    agency_name: str
    matter_name: str
    operator: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceResult:
    """This will say whether anything could be read at all, and the copy, if this node made one of that mark or number."""

    readable: bool
    leaked: LeakedCopy | None


def trace_leaked_copy(*, caller: Caller, data: bytes, reason: str, at: datetime) -> TraceResult:
    """This will read a PNG, JPEG or PDF, and commit who traced, and what came of it, before it tells which copy it is.

    `reason` (one line, at most 100 characters) stands in the list of the licence's holder. What leads to no copy is recorded, too, in
    nobody's list. Raises NotPermitted, PictureError `image.*`, CipherError, LogError `log.stalled`.
    """
    require(caller, Action.MANAGE_NODE)
    try:
        found = read_apart(data)
        trace = _trace(found)
    except PictureError as refused:
        _record(caller, None, uuid4(), reason, refused.code, at)
        raise
    readable, trace_id = found.mark is not None or bool(found.printed), uuid4()
    code = "" if trace is not None else "trace.unknown" if readable else "trace.unreadable"
    _record(caller, trace, trace_id, reason, code, at)
    return TraceResult(readable=readable, leaked=None if trace is None else _leaked(trace, trace_id, found))


def _trace(found: FoundOnPage) -> CopyTrace | None:
    """By the mark alone where there is one: a printed number can be changed by whoever has the file."""
    if found.mark is not None:
        return trace_copy(mark=found.mark)
    traces = [trace for number in found.printed if (trace := trace_copy(number=number)) is not None]
    if len(traces) > 1:  # whoever took the mark away could have added a number: none of them is named
        raise PictureError("image.several_marks", "the file prints the numbers of several copies")
    return traces[0] if traces else None


def _record(caller: Caller, trace: CopyTrace | None, trace_id: UUID, reason: str, code: str, at: datetime) -> None:
    licence = None if trace is None else own_licence(certificate_id=trace.copy.certificate_id)
    own, name = region(settings.NODE.region), caller_name(caller)
    members = {
        **caller_members(caller, name=name, region=own.code),
        Member.AGENCY_NAME: f"{own.name_zh}电子证照平台",
        Member.PURPOSE: reason,
    }
    if trace is not None and licence is not None:
        members |= {
            Member.LICENCE_TYPE: licence.definition.code,
            Member.ISSUING_REGION: own.code,
            Member.COPY_NUMBER: trace.copy.number,
        }
    owned = None if licence is None else licence.owned
    with transaction.atomic():
        record_lookup(
            lookup_id=trace_id,
            side=Lookup.Side.HOME,
            kind=EntryKind.LOOKUP_TRACED,
            caller=name,
            members=members,
            subjects=subjects_of(owned),
            key_subject=detail_key(owned=owned, at=at),
            outcome="traced",
            code=code,
            at=at,
        )


def _leaked(trace: CopyTrace, trace_id: UUID, found: FoundOnPage) -> LeakedCopy:
    members = _members(trace.copy.lookup_id)
    operator = (members.get(name) for name in (Member.OPERATOR_UNIT, Member.OPERATOR_POST, Member.OPERATOR_NAME))
    return LeakedCopy(
        trace_id=trace_id,
        trace=trace,
        by_mark=found.mark is not None,
        printed_differs=found.mark is not None and bool(found.printed) and trace.copy.number not in found.printed,
        agency_name=str(members.get(Member.AGENCY_NAME) or ""),
        matter_name=str(members.get(Member.MATTER_NAME) or ""),
        operator=" · ".join(str(part) for part in operator if part),
    )


def _members(lookup_id: UUID) -> dict[str, Any]:
    look = Lookup.objects.select_related("detail").filter(pk=lookup_id).first()
    openings = None if look is None else open_openings(look.detail)
    return {} if openings is None else {name: opening.value for name, opening in openings.items()}
