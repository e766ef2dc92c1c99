"""The rows of a licence that is about to be issued: numbers and sealed values, nothing signed yet."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import Max

from accounts.models import Agency
from certificates.adapters.field_cipher import seal
from certificates.core.issue_request import IssueRequest, plain_values
from certificates.core.licence_identifier import LicenceIdentifier
from certificates.core.licence_types import FieldValues
from certificates.core.sealed_places import certificate_subject, place
from certificates.models import Certificate, CertificateHolder, IssueIntent
from certificates.queries.licence_types import KnownLicenceType
from certificates.services.allot_status_entries import allot_status_entries

_SERIAL_DIGITS = 16  # random, so that a serial tells neither how many licences there are nor when one was issued


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """This will hold what goes into the rows of one new certificate."""

    certificate_id: UUID
    agency: Agency
    licence_type: KnownLicenceType
    request: IssueRequest
    values: FieldValues = field(repr=False)
    photo: bytes | None = field(repr=False)
    number_index: bytes
    holder_ids: tuple[UUID, ...]
    replaces: Certificate | None
    scope: str
    idempotency_key: str
    request_digest: bytes
    at: datetime


def write_reserved_rows(reservation: Reservation) -> Certificate:
    """This will commit certificate, holders, status entries and intent together, and give the certificate.

    Raises IntegrityError where a random number or the Idempotency-Key is taken.
    """
    with transaction.atomic():
        certificate = _certificate(reservation)
        certificate.save(force_insert=True)
        CertificateHolder.objects.bulk_create(
            CertificateHolder(certificate=certificate, holder_id=holder_id, position=position)
            for position, holder_id in enumerate(reservation.holder_ids)
        )
        allot_status_entries(certificate_id=certificate.pk, at=reservation.at)
        IssueIntent.objects.create(
            certificate=certificate,
            scope=reservation.scope,
            idempotency_key=reservation.idempotency_key,
            request_digest=reservation.request_digest,
            created_at=reservation.at,
        )
    return certificate


def _certificate(reservation: Reservation) -> Certificate:
    identifier = _identifier(reservation)
    certificate_id = reservation.certificate_id
    return Certificate(
        id=certificate_id,
        licence_type_id=reservation.licence_type.id,
        agency=reservation.agency,
        serial=identifier.serial,
        version=identifier.version,
        identifier=str(identifier),
        number_index=reservation.number_index,
        replaces=reservation.replaces,
        valid_from=reservation.request.valid_from,
        valid_until=reservation.request.valid_until,
        sealed_values=seal(
            orjson.dumps(plain_values(reservation.values)),
            subject=certificate_subject(certificate_id),
            place=place("Certificate", certificate_id, "sealed_values"),
        ),
        sealed_photo=_sealed_photo(reservation),
        created_at=reservation.at,
    )


def _sealed_photo(reservation: Reservation) -> bytes | None:
    if reservation.photo is None:
        return None
    certificate_id = reservation.certificate_id
    return seal(
        reservation.photo,
        subject=certificate_subject(certificate_id),
        place=place("Certificate", certificate_id, "sealed_photo"),
    )


def _identifier(reservation: Reservation) -> LicenceIdentifier:
    serial, version = f"{secrets.randbelow(10**_SERIAL_DIGITS):0{_SERIAL_DIGITS}d}", 1
    if reservation.replaces is not None:
        serial = reservation.replaces.serial
        used = Certificate.objects.filter(
            agency=reservation.agency,
            serial=serial,
            licence_type__code=reservation.licence_type.definition.code,
        ).aggregate(newest=Max("version"))
        version = used["newest"] + 1
    return LicenceIdentifier(
        type_code=reservation.licence_type.definition.code,
        agency_uscc=reservation.agency.uscc,
        serial=serial,
        version=version,
    )
