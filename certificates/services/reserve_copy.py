"""First step of a purpose copy 加注件: its number, its status entry and its pending file, in the caller's transaction."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection

from certificates.adapters.field_cipher import decrypt, seal
from certificates.adapters.pdf.glyphs import missing_glyphs
from certificates.core.copy_claims import copy_claims, new_copy_mark, new_copy_number
from certificates.core.copy_content import copy_content
from certificates.core.copy_terms import (
    COPIES_COUNTED_FOR,
    MOST_COPIES,
    CopyTerms,
    copy_end,
    most_copy_days,
    pack_terms,
)
from certificates.core.errors import CopyError
from certificates.core.grains import Grain
from certificates.core.sealed_places import certificate_subject, place
from certificates.core.stored_disclosures import unpack_disclosures
from certificates.models import Certificate, CertificateState, Document, PurposeCopy
from certificates.queries.licence_types import known_from_row
from certificates.services.allot_status_entries import allot_copy_entry
from certificates.services.prepare_certificate import end_of_validity


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOrder:
    """This will hold what is asked for; exactly one of `holder_id` and `agency_uscc` names who asks.

    `request_key` and `request_digest` (32 bytes each) stand for the Idempotency-Key and what was asked under it; `days` is 0 for
    as long as is allowed.
    """

    certificate_id: UUID
    lookup_id: UUID
    terms: CopyTerms
    grains: Mapping[str, Grain]
    days: int
    request_key: bytes = field(repr=False)
    request_digest: bytes = field(repr=False)
    holder_id: UUID | None = None
    agency_uscc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservedCopy:
    """This will name the new copy, and the pending document that a worker makes."""

    id: UUID
    number: str
    expires_at: datetime
    document_id: int


def reserve_copy(*, order: CopyOrder, at: datetime) -> ReservedCopy:
    """This will write the copy's rows into the caller's transaction: its caller records the look-up in the same one.

    Raises CopyError `copy.licence_ended` (not live, not released), `copy.too_many|grain|days|purpose|recipient`, CipherError `cipher.erased`;
    IntegrityError where a random number or the Idempotency-Key is taken.
    """
    assert connection.in_atomic_block
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=order.certificate_id)
    if certificate.state != CertificateState.VALID or certificate.released_at is None:
        raise CopyError("copy.licence_ended", "the licence is not yet released or no longer live")
    _require_few(certificate, order, at)
    expires_at = _end(certificate, order.days, at)
    grains = {name: grain for name, grain in order.grains.items() if grain is not Grain.WITHHELD}
    _require_content(certificate, grains)
    number = new_copy_number(random=secrets.token_bytes)
    _require_terms(number, order.terms)
    public_id = uuid4()
    copy = PurposeCopy.objects.create(
        public_id=public_id,
        certificate=certificate,
        number=number,
        mark=new_copy_mark(random=secrets.token_bytes),
        lookup_id=order.lookup_id,
        maker=PurposeCopy.Maker.HOLDER if order.holder_id is not None else PurposeCopy.Maker.AGENCY,
        maker_holder_id=order.holder_id,
        maker_agency=order.agency_uscc,
        request_key=order.request_key,
        request_digest=order.request_digest,
        grains={name: grain.value for name, grain in grains.items()},
        sealed_terms=seal(
            pack_terms(order.terms),
            subject=certificate_subject(certificate.pk),
            place=place("PurposeCopy", public_id, "sealed_terms"),
        ),
        made_at=at,
        expires_at=expires_at,
    )
    allot_copy_entry(certificate_id=certificate.pk, copy_id=copy.pk, at=at)
    document = Document.objects.create(certificate=certificate, kind="copy", copy=copy, created_at=at, nudged_at=at)
    return ReservedCopy(id=copy.public_id, number=number, expires_at=expires_at, document_id=document.pk)


def _require_few(certificate: Certificate, order: CopyOrder, at: datetime) -> None:
    made = PurposeCopy.objects.filter(certificate=certificate, maker_agency=order.agency_uscc)
    if made.filter(made_at__gt=at - COPIES_COUNTED_FOR).count() >= MOST_COPIES:
        raise CopyError("copy.too_many", "no more copies of one licence are made in a day")


def _end(certificate: Certificate, days: int, at: datetime) -> datetime:
    end = end_of_validity(certificate)
    most = most_copy_days(
        node_days=settings.NODE.copy_days, type_days=known_from_row(certificate.licence_type).definition.copy_days
    )
    licence_end = None if end is None else datetime.fromtimestamp(end, UTC)
    return copy_end(at=at, days=days or most, most_days=most, licence_end=licence_end)


def _require_content(certificate: Certificate, grains: Mapping[str, Grain]) -> None:
    """What the copy will state must be signed of the licence already: found out now, not by the worker."""
    if not grains:
        raise CopyError("copy.grain", "a copy shows one field at least")
    stored = decrypt(
        certificate.sealed_disclosures,
        subject=certificate_subject(certificate.pk),
        place=place("Certificate", certificate.pk, "sealed_disclosures"),
    )
    copy_content(known_from_row(certificate.licence_type).definition, unpack_disclosures(stored), grains)


def _require_terms(number: str, terms: CopyTerms) -> None:
    """What cannot be signed, or printed by the worker later, is said to who asks."""
    if copy_claims(number, "x", terms.recipient) is None or missing_glyphs([terms.recipient]):
        raise CopyError("copy.recipient", "a recipient is named in one short line")
    if copy_claims(number, terms.purpose, terms.recipient) is None or missing_glyphs([terms.purpose]):
        raise CopyError("copy.purpose", "a purpose is stated in one short line")
