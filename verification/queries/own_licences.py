"""What this node's register knows of its own licences without any value: owners, type, status, issue time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from certificates.core.errors import PresentationError
from certificates.core.licence_types import LicenceTypeDefinition
from certificates.core.presentation_code import parse_code
from certificates.core.status_list import Status, StatusReference
from certificates.models import Certificate, CertificateHolder, Presentation, StatusEntry
from certificates.queries.licence_types import known_from_row
from certificates.queries.status_lists import own_status_list_id


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLicence:
    """This will hold a licence of this node: its type, its owners in order, and when it was issued."""

    certificate_id: UUID
    definition: LicenceTypeDefinition
    holder_ids: tuple[UUID, ...]
    issued_at: datetime | None
    status: Status


def own_licence(*, certificate_id: UUID) -> OwnLicence | None:
    """This will give a licence of this node, or None."""
    row = Certificate.objects.select_related("licence_type").filter(pk=certificate_id).first()
    if row is None:
        return None
    value = StatusEntry.objects.filter(certificate=row, purpose="credential").values_list("value", flat=True).first()
    return OwnLicence(
        certificate_id=row.pk,
        definition=known_from_row(row.licence_type).definition,
        holder_ids=owners_of(certificate_id=row.pk),
        issued_at=row.issued_at,
        status=Status.INVALID if value is None else Status(value),
    )


def owners_of(*, certificate_id: UUID) -> tuple[UUID, ...]:
    """This will list the owners of a licence in their order."""
    links = CertificateHolder.objects.filter(certificate=certificate_id).order_by("position")
    return tuple(links.values_list("holder_id", flat=True))


def certificate_of_code(*, text: str) -> UUID | None:
    """This will name the licence that a presentation code of this node stands for, spent or not; None if it knows none."""
    try:
        digest = parse_code(text).token_digest
    except PresentationError:
        return None
    return Presentation.objects.filter(token_digest=digest).values_list("certificate_id", flat=True).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredStatus:
    """This will hold what the register says under a status reference of this node."""

    certificate_id: UUID
    status: Status


def registered_status(*, reference: StatusReference) -> RegisteredStatus | None:
    """This will give the status under a reference that names one of this node's own lists, or None."""
    list_id = own_status_list_id(uri=reference.uri)
    entry = StatusEntry.objects.filter(status_list=list_id, index=reference.index).first() if list_id else None
    if entry is None:
        return None
    return RegisteredStatus(certificate_id=entry.certificate_id, status=Status(entry.value))


def logged_issue_at(*, certificate_id: UUID) -> datetime | None:
    """This will give the time of issue of a licence whose issue stands in the log, else None."""
    released = Certificate.objects.filter(pk=certificate_id, released_at__isnull=False)
    return released.values_list("issued_at", flat=True).first()
