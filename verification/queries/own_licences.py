"""What this node's register knows of its own licences without any value: owners, type, status, issue time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from accounts.queries.compiled_read import CompiledRead
from certificates.core.certificate_states import ENDING_EVENTS, standing_after
from certificates.core.errors import PresentationError
from certificates.core.licence_types import LicenceTypeDefinition
from certificates.core.presentation_code import parse_code
from certificates.core.status_list import Status, StatusReference
from certificates.models import Certificate, CertificateEvent, Document, Presentation, StatusEntry
from certificates.queries.licence_types import definition_of
from certificates.queries.status_lists import own_status_list_id
from verification.core.evidence import OtherCredential

_ENDINGS = CertificateEvent.objects.filter(kind__in=sorted(ENDING_EVENTS))
_LICENCE = CompiledRead(
    lambda given: (
        Certificate.objects.filter(pk=given("certificate"))
        .annotate(
            status=Subquery(
                StatusEntry.objects.filter(certificate=OuterRef("pk"), purpose="credential").values("value")[:1]
            ),
            has_ended=Exists(_ENDINGS.filter(certificate=OuterRef("pk"))),
        )
        .order_by("holder_links__position")
        .values_list(
            "issued_at", "status", "has_ended", "licence_type_id", "licence_type__digest", "holder_links__holder"
        )
    )
)
_REGISTERED = CompiledRead(
    lambda given: (
        StatusEntry.objects.filter(status_list=given("status_list"), index=given("index"))
        .annotate(has_ended=Exists(_ENDINGS.filter(certificate=OuterRef("certificate"))))
        .order_by("certificate__holder_links__position")
        .values_list(
            "certificate",
            "value",
            "has_ended",
            "purpose",
            "certificate__credential_jwt",
            "certificate__seal_code_digest",
            "certificate__issued_at",
            "certificate__released_at",
            "copy__credential_digest",
            "copy__seal_code_digest",
            "copy__made_at",
            "copy__revoked_at",
            "certificate__holder_links__holder",
        )
    )
)
_OF_CODE = CompiledRead(
    lambda given: (
        Presentation.objects.filter(token_digest=given("token_digest"))
        .values_list("certificate", "certificate__holder_links__holder")
        .order_by("certificate__holder_links__position")
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """This will name a licence of this node and its owners in their order."""

    certificate_id: UUID
    holder_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLicence:
    """This will hold a licence of this node: whose it is, its type, its status, and when it was issued."""

    owned: Owned
    definition: LicenceTypeDefinition
    issued_at: datetime | None
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredLicence:
    """This will hold what the register says under a status reference; `logged_issue_at` where the issue stands in the log.

    Of a purpose copy: when it was made and, alone, revoked.
    """

    owned: Owned
    status: Status
    logged_issue_at: datetime | None
    copy_made_at: datetime | None = None
    copy_revoked_at: datetime | None = None


def own_licence(*, certificate_id: UUID) -> OwnLicence | None:
    """This will give a licence of this node, or None."""
    rows = _LICENCE.rows(certificate=certificate_id)
    if not rows:
        return None
    issued_at, status, has_ended, type_id, type_digest, _ = rows[0]
    return OwnLicence(
        owned=_owned(certificate_id, rows),
        definition=definition_of(type_id, type_digest),
        issued_at=issued_at,
        status=_status(status, has_ended),
    )


def licence_of_code(*, text: str) -> Owned | None:
    """This will name the licence that a presentation code of this node stands for, spent or not; None if it knows none."""
    try:
        digest = parse_code(text).token_digest
    except PresentationError:
        return None
    rows = _OF_CODE.rows(token_digest=digest)
    return _owned(rows[0][0], rows) if rows else None


def status_then(*, certificate_id: UUID, as_of: datetime) -> Status | None:
    """This will give what a licence's own events had led to by a past moment, or None where it was not issued yet."""
    events = CertificateEvent.objects.filter(certificate=certificate_id, at__lte=as_of).order_by("at", "pk")
    led = standing_after(list(events.values_list("kind", flat=True)))
    return None if led is None else led.status


def registered_then(*, registered: RegisteredLicence, as_of: datetime) -> Status | None:
    """This will give how a registered licence, or copy of one, stood at a past moment, or None where it was not made yet."""
    made_at, revoked_at = registered.copy_made_at, registered.copy_revoked_at
    if made_at is not None and as_of < made_at.replace(microsecond=0):
        return None
    if revoked_at is not None and revoked_at <= as_of:
        return Status.INVALID
    return status_then(certificate_id=registered.owned.certificate_id, as_of=as_of)


def registered_licence(
    *, reference: StatusReference, presented: str, is_seal_code: bool
) -> RegisteredLicence | OtherCredential | None:
    """This will give the licence under a reference that names one of this node's own lists, or None.

    Whoever has an agency's key can sign any reference: the index speaks only for the very credential, or printed code,
    that was issued with it.
    """
    list_id = own_status_list_id(uri=reference.uri)
    rows = _REGISTERED.rows(status_list=list_id, index=reference.index) if list_id else []
    if not rows:
        return None
    certificate_id, value, has_ended, purpose, jwt, seal_digest, issued_at, released_at, *of_copy, _ = rows[0]
    copy_digest, copy_seal_digest, made_at, revoked_at = of_copy
    if purpose == "copy":
        known = copy_seal_digest if is_seal_code else copy_digest
        is_issued = _is(known, presented if is_seal_code else presented.partition("~")[0])
    elif is_seal_code:
        is_issued = purpose == "seal" and _is(seal_digest, presented)
    else:
        is_issued = purpose == "credential" and presented.partition("~")[0] == jwt
    if not is_issued:
        return OtherCredential()
    return RegisteredLicence(
        owned=_owned(certificate_id, rows),
        status=_status(value, has_ended or revoked_at is not None),
        # The log tells when a copy was asked for, not when its statement was signed under which key.
        logged_issue_at=None if released_at is None or purpose == "copy" else issued_at,
        copy_made_at=made_at,
        copy_revoked_at=revoked_at,
    )


def _is(digest: bytes | None, presented: str) -> bool:
    return bytes(digest or b"") == sha256(presented.encode()).digest()


def _status(value: int | None, has_ended: bool) -> Status:
    """A licence that was revoked or superseded stays so, whatever its entry says."""
    return Status.INVALID if value is None or has_ended else Status(value)


def _owned(certificate_id: UUID, rows: Sequence[tuple[Any, ...]]) -> Owned:
    """The owners stand in the last column, one row each; a licence without any has one empty row."""
    return Owned(certificate_id=certificate_id, holder_ids=tuple(row[-1] for row in rows if row[-1] is not None))


def keeps_document(*, certificate_id: UUID, digest: bytes) -> bool:
    """This will tell whether this node keeps that very file (its SHA-256) of a licence."""
    return Document.objects.filter(certificate=certificate_id, digest=digest.hex()).exists()
