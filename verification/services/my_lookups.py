"""The holder's list: who looked, when, for what, and which fields at which grain, each line with its proof and without a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from certificates.core.canonical import b64url
from verification.core.lookup_entry import Opening
from verification.core.lookup_members import Member, for_holders, shown_field
from verification.models import Lookup
from verification.queries.lookup_parties import caller_name, holders_of
from verification.services.lookup_openings import open_openings
from verification.services.lookup_receipt import LookupReceipt, receipt_of

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShown:
    """This will name a field that was shown, its grain, and the salt; with the value the holder knows it opens the commitment."""

    name: str
    grain: str
    salt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupLine:
    """This will hold one look as its holder sees it. `opened` gives members by name (`lookup_members.Member`), never a field's value.

    `openings` are the same members with their salts, ready to be checked against `entry` (base64url); empty with
    `erased` true where the details are gone. `by_reader`: the reader looked; an own look (`side` "self") of anybody else is
    a co-owner's, or of somebody who acts for the owner.
    """

    lookup_id: UUID
    at: datetime
    side: str
    outcome: str
    code: str
    certificate_ids: tuple[UUID, ...]
    opened: Mapping[str, Any]
    openings: Mapping[str, Opening]
    by_reader: bool
    fields: tuple[FieldShown, ...]
    erased: bool
    entry: str
    receipt: LookupReceipt

    def member(self, name: Member) -> Any:
        """This will give an opened member's value, or None."""
        return self.opened.get(name)


def my_lookups(
    *, caller: Caller, at: datetime, before: datetime | None = None, before_id: UUID | None = None
) -> tuple[LookupLine, ...]:
    """This will give the newest looks at the caller's licences, and at those of firms the caller acts for.

    `before` and `before_id`, time and id of the last look of a page, give the page after it. Writes nothing. Raises
    NotPermitted `permission.denied` for anyone but a holder.
    """
    require(caller, Action.SEE_OWN)
    holders = holders_of(caller=caller, at=at)
    looks = Lookup.objects.filter(subjects__holder_id__in=holders).distinct()
    if before is not None:
        # Two looks of one moment may stand on both sides of a page's end.
        same_moment = Q(at=before, pk__lt=before_id) if before_id is not None else Q(pk__in=())
        looks = looks.filter(Q(at__lt=before) | same_moment)
    page = looks.select_related("detail", "entry").order_by("-at", "-pk")[:PAGE]
    return tuple(_line(look, holders, reader=caller_name(caller)) for look in page)


def _line(look: Lookup, holders: tuple[UUID, ...], *, reader: str) -> LookupLine:
    openings = open_openings(look.detail)
    known = dict(for_holders(openings or {}))
    subjects = look.subjects.filter(holder_id__in=holders).values_list("certificate_id", flat=True)
    return LookupLine(
        lookup_id=look.pk,
        at=look.at,
        side=look.side,
        outcome=look.outcome,
        code=look.code,
        certificate_ids=tuple(dict.fromkeys(subjects)),
        opened={name: opening.value for name, opening in known.items()},
        openings=known,
        by_reader=look.caller == reader,
        fields=_fields(openings or {}),
        erased=openings is None,
        entry=b64url(bytes(look.entry.leaf)),
        receipt=receipt_of(lookup_id=look.pk),
    )


def _fields(openings: Mapping[str, Opening]) -> tuple[FieldShown, ...]:
    shown = ((shown_field(member), opening.salt) for member, opening in openings.items())
    return tuple(FieldShown(name=item.name, grain=item.grain, salt=salt) for item, salt in shown if item is not None)
