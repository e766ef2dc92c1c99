"""From what was found on a leaked copy to the look-up that made it; nothing here names a person or a value."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from certificates.models import PurposeCopy


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedCopy:
    """This will hold what a copy's number or mark leads to; `maker` is holder or agency, `maker_agency` its USCC or empty."""

    copy_id: UUID
    number: str
    mark: int
    lookup_id: UUID
    certificate_id: UUID
    maker: str
    maker_agency: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def copy_of_mark(*, mark: int) -> TracedCopy | None:
    """This will give the copy whose background holds this 48-bit number, or None."""
    return _traced(mark=mark)


def copy_of_number(*, number: str) -> TracedCopy | None:
    """This will give the copy that bears this visible number, or None."""
    return _traced(number=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedCopy:
    """This will hold the copy that a request led to before; `request_digest` stands for what was asked."""

    id: UUID
    number: str
    lookup_id: UUID
    made_at: datetime
    expires_at: datetime
    request_digest: bytes


def copy_of_request(*, request_key: bytes) -> RequestedCopy | None:
    """This will give the copy that was made under an Idempotency-Key (its keyed index), or None."""
    row = PurposeCopy.objects.filter(request_key=request_key).first()
    if row is None:
        return None
    return RequestedCopy(
        id=row.public_id,
        number=row.number,
        lookup_id=row.lookup_id,
        made_at=row.made_at,
        expires_at=row.expires_at,
        request_digest=bytes(row.request_digest),
    )


def copy_marks() -> frozenset[int]:
    """This will give the marks of all copies ever made here, for a reader that compares candidates."""
    return frozenset(PurposeCopy.objects.values_list("mark", flat=True))


def _traced(**wanted: object) -> TracedCopy | None:
    row = PurposeCopy.objects.filter(**wanted).first()
    if row is None:
        return None
    return TracedCopy(
        copy_id=row.public_id,
        number=row.number,
        mark=row.mark,
        lookup_id=row.lookup_id,
        certificate_id=row.certificate_id,
        maker=row.maker,
        maker_agency=row.maker_agency,
        made_at=row.made_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
