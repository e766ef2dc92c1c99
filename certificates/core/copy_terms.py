"""What a purpose copy is made for, as kept sealed beside it, and how long it may be good."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from certificates.core.canonical import canonical_json, strict_json_loads
from certificates.core.errors import CopyError

MAX_COPY_DAYS = 365  # its statement is a credential, and none lives longer than a year
COPIES_COUNTED_FOR = timedelta(days=1)
MOST_COPIES = (
    50  # of one licence by its holders, or by one agency, in that time: each takes a status entry and a worker's second
)
_MAX_BYTES = 16 * 1024  # the longest texts of a request, several times over


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyTerms:
    """This will hold the purpose and recipient that the copy states, its maker by name (JZJZZZ), and the case it was made for.

    Matter and case are empty where the holder made it.
    """

    purpose: str = field(repr=False)
    recipient: str = field(repr=False)
    maker_name: str = field(repr=False)
    matter_code: str = field(default="", repr=False)
    case_number: str = field(default="", repr=False)


def pack_terms(terms: CopyTerms) -> bytes:
    """This will write the terms as canonical JSON."""
    return canonical_json({name: getattr(terms, name) for name in CopyTerms.__slots__})


def unpack_terms(data: bytes) -> CopyTerms:
    """This will read what `pack_terms` wrote; raises CopyError `copy.terms` for anything else."""
    members: Mapping[str, Any] = strict_json_loads(data, max_bytes=_MAX_BYTES)
    try:
        return CopyTerms(**members)
    except TypeError as error:
        raise CopyError("copy.terms", "the kept terms of a copy are not whole") from error


def most_copy_days(*, node_days: int, type_days: int | None) -> int:
    """This will give how many days a copy is good at the most: what the node says, or the type where it says less."""
    return min(node_days, MAX_COPY_DAYS if type_days is None else type_days, MAX_COPY_DAYS)


def copy_end(*, at: datetime, days: int, most_days: int, licence_end: datetime | None) -> datetime:
    """This will give when a copy of `days` ends: never after the licence itself, in whole seconds.

    Raises CopyError `copy.days` for less than a day or more than `most_days`, `copy.licence_ended`.
    """
    if not 1 <= days <= most_days:
        raise CopyError("copy.days", "a copy is good for a day at least, and no longer than node and type allow")
    if licence_end is not None and licence_end <= at:
        raise CopyError("copy.licence_ended", "the licence is no longer good")
    end = (at + timedelta(days=days)).replace(microsecond=0)
    return end if licence_end is None else min(end, licence_end)
