"""What may be known of a certificate without a look-up: numbers, type, agency, states and times, never a value."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from certificates.core.facts import shanghai_date
from certificates.models import Certificate, CertificateState, Document, IssueIntent, StatusEntry
from certificates.queries.holdings import acting_for
from certificates.queries.licence_types import known_from_row
from certificates.queries.status_lists import own_status_list_id

_MOST = 500  # newest first; a page or an answer never lists more


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentProgress:
    """This will hold how far a file is: `level` of its signature, why it is held or what it waits for, and tries that came to nothing."""

    kind: str
    state: str
    level: str
    held_code: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateMetadata:
    """This will hold a certificate's metadata; `holder_ids` in the order printed, `document_state` (of the PDF) empty before issue.

    `failure_code` says why a certificate of the state `failed` was not issued.
    """

    id: UUID
    identifier: str
    version: int
    type_code: str
    type_version: int
    title_zh: str
    title_en: str
    agency_uscc: str
    agency_name_zh: str
    agency_name_en: str
    state: str
    valid_from: date
    valid_until: date | None
    created_at: datetime
    issued_at: datetime | None
    released_at: datetime | None
    replaces: UUID | None
    holder_ids: tuple[UUID, ...]
    document_state: str
    document_code: str
    documents: tuple[DocumentProgress, ...]
    failure_code: str


def certificate_metadata(*, certificate_id: UUID) -> CertificateMetadata | None:
    """This will give the metadata of one certificate, or None."""
    return next(iter(_read(pk=certificate_id)), None)


def certificates_of_agency(*, uscc: str, offset: int = 0, limit: int = _MOST) -> tuple[CertificateMetadata, ...]:
    """This will list what an agency has issued or tried to, newest first: `limit` of them after the first `offset`."""
    return tuple(_metadata(row) for row in _rows(agency__uscc=uscc)[offset : offset + min(limit, _MOST)])


def certificates_of_holder(*, holder_id: UUID, at: datetime) -> tuple[CertificateMetadata, ...]:
    """This will list the issued certificates of a holder and of the firms the holder may act for, newest first."""
    owners = acting_for(holder_id=holder_id, on=shanghai_date(at))
    ids = Certificate.objects.filter(holder_links__holder__in=owners, issued_at__isnull=False).values("pk")
    return tuple(_read(pk__in=ids))


def certificate_by_status(*, uri: str, index: int) -> UUID | None:
    """This will find the issued certificate whose credential or seal code names this entry of one of our status lists."""
    list_id = own_status_list_id(uri=uri)
    if list_id is None:
        return None
    entry = StatusEntry.objects.filter(status_list=list_id, index=index, certificate__issued_at__isnull=False)
    return entry.values_list("certificate_id", flat=True).first()


def _read(**wanted: object) -> Iterable[CertificateMetadata]:
    return (_metadata(row) for row in _rows(**wanted)[:_MOST])


def _rows(**wanted: object) -> QuerySet[Certificate]:
    rows = Certificate.objects.select_related("licence_type", "agency", "intent")
    return rows.prefetch_related("holder_links", "documents").filter(**wanted).order_by("-created_at", "pk")


def _metadata(row: Certificate) -> CertificateMetadata:
    definition = known_from_row(row.licence_type).definition
    document = next((one for one in row.documents.all() if one.kind == Document.Kind.PDF), None)
    links = sorted(row.holder_links.all(), key=lambda link: link.position)
    return CertificateMetadata(
        id=row.pk,
        identifier=row.identifier,
        version=row.version,
        type_code=definition.code,
        type_version=definition.version,
        title_zh=definition.title_zh,
        title_en=definition.title_en,
        agency_uscc=row.agency.uscc,
        agency_name_zh=row.agency.name_zh,
        agency_name_en=row.agency.name_en,
        state=row.state,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        created_at=row.created_at,
        issued_at=row.issued_at,
        released_at=row.released_at,
        replaces=row.replaces_id,
        holder_ids=tuple(link.holder_id for link in links),
        document_state=document.state if document else "",
        document_code=document.held_code if document else "",
        documents=tuple(_progress(one) for one in sorted(row.documents.all(), key=lambda one: one.pk)),
        failure_code=_failure_code(row),
    )


def _progress(row: Document) -> DocumentProgress:
    return DocumentProgress(
        kind=row.kind, state=row.state, level=row.level, held_code=row.held_code, attempts=row.attempts
    )


def _failure_code(row: Certificate) -> str:
    if row.state != CertificateState.FAILED:
        return ""
    intent: IssueIntent | None = getattr(row, "intent", None)
    return intent.failure_code if intent else ""
