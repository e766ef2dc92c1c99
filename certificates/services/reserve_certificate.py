"""First step of issuing: everything that can be decided without a signature, in one transaction."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError

from accounts.models import Agency
from certificates.adapters.blind_index import blind_index
from certificates.adapters.key_vault import create_subject_key, discard_subject_key
from certificates.adapters.photos import normalised_photo
from certificates.core.certificate_states import Act, transition
from certificates.core.errors import IssueError
from certificates.core.facts import shanghai_date
from certificates.core.field_rules import check_values, require_issuer
from certificates.core.issue_request import IssueAnswer, IssueRequest, require_idempotency_key
from certificates.core.issued_values import complete_values, licence_number, named_holders
from certificates.core.licence_types import FieldValues, LicenceTypeDefinition
from certificates.core.photos import photo_field
from certificates.core.sealed_places import certificate_subject
from certificates.models import LIVE_STATES, Certificate, IssueIntent, IssuerKey, KeyState, KeyUse
from certificates.queries.licence_types import known_licence_type
from certificates.services.prepare_certificate import require_not_stopped
from certificates.services.register_holder import holder_kind, register_holder
from certificates.services.reserved_rows import Reservation, write_reserved_rows

_TRIES = 5


def reserve_certificate(
    *,
    agency: Agency,
    scope: str,
    idempotency_key: str,
    request: IssueRequest,
    replaces: Certificate | None,
    at: datetime,
) -> tuple[IssueAnswer, bool]:
    """This will commit certificate row, holders, status entries and intent; it tells with the answer whether they are new.

    A repeat of a request under its Idempotency-Key gets the first answer. Raises IssueError `idempotency.*`,
    `issue.type_not_allowed|key_stopped|number_in_use|state|busy|photo_*`, or the code that the first attempt failed with; LicenceTypeError.
    """
    digest = _request_digest(request, replaces)
    known = _answered_before(scope, require_idempotency_key(idempotency_key), digest)
    if known is not None:
        return known, False
    try:
        reservation = _accepted(agency, scope, idempotency_key, request, digest, replaces, at)
    except IssueError:
        # An equal request may have been answered since: what stands in the way of this one is then what that one made.
        known = _answered_before(scope, idempotency_key, digest)
        if known is None:
            raise
        return known, False
    return _written_once(reservation)


def _accepted(
    agency: Agency,
    scope: str,
    idempotency_key: str,
    request: IssueRequest,
    digest: bytes,
    replaces: Certificate | None,
    at: datetime,
) -> Reservation:
    if replaces is not None:
        _require_replaceable(replaces)
    licence_type = known_licence_type(code=request.type_code)
    _require_key_for(agency, licence_type.definition.code)
    photo = _photo(licence_type.definition, request)
    values = _checked_values(agency, licence_type.definition, request, photo, at)
    return Reservation(
        certificate_id=uuid4(),
        agency=agency,
        licence_type=licence_type,
        request=request,
        values=values,
        photo=photo,
        number_index=_number_index(agency, licence_type.definition, values, replaces),
        holder_ids=_holder_ids(licence_type.definition, values, at),
        replaces=replaces,
        scope=scope,
        idempotency_key=idempotency_key,
        request_digest=digest,
        at=at,
    )


def _request_digest(request: IssueRequest, replaces: Certificate | None) -> bytes:
    # Keyed: a plain hash of so few possible values would let a reader of the database guess them.
    body = request.canonical(replaces=replaces.pk if replaces else None)
    return blind_index(purpose="issue-request", value=body.decode("utf-8"))


def _answered_before(scope: str, idempotency_key: str, digest: bytes) -> IssueAnswer | None:
    intents = IssueIntent.objects.select_related("certificate")
    intent = intents.filter(scope=scope, idempotency_key=idempotency_key).first()
    if intent is None:
        return None
    if bytes(intent.request_digest) != digest:
        raise IssueError("idempotency.other_body", "the Idempotency-Key was used for another request")
    if intent.stage == IssueIntent.Stage.FAILED:
        raise IssueError(intent.failure_code, "the request was refused before")
    certificate = intent.certificate
    return IssueAnswer(id=certificate.pk, identifier=certificate.identifier, version=certificate.version)


def _require_replaceable(replaces: Certificate) -> None:
    transition(state=replaces.state, act=Act.SUPERSEDE)
    _require_uncorrected(replaces)


def _require_uncorrected(replaces: Certificate) -> None:
    if Certificate.objects.filter(replaces=replaces).exists():
        raise IssueError("issue.state", "the certificate is being corrected already")


def _require_key_for(agency: Agency, type_code: str) -> None:
    key = IssuerKey.objects.filter(agency=agency, use=KeyUse.CREDENTIAL, state=KeyState.ACTIVE).first()
    if key is None or type_code not in key.licence_types:
        raise IssueError("issue.type_not_allowed", "the agency's key is not for licences of this type")
    require_not_stopped(key)


def _photo(definition: LicenceTypeDefinition, request: IssueRequest) -> bytes | None:
    field = photo_field(definition)
    if request.photo is not None and field is None:
        raise IssueError("issue.photo_unexpected", "licences of this type bear no photo")
    if field is not None and field.name in request.values:
        # Only the picture itself can be handed in: a digest alone would sign what nobody has seen.
        raise IssueError("issue.photo_stated", "a photo is handed in as a picture, never as a value")
    return normalised_photo(request.photo) if request.photo is not None else None


def _checked_values(
    agency: Agency, definition: LicenceTypeDefinition, request: IssueRequest, photo: bytes | None, at: datetime
) -> FieldValues:
    today = shanghai_date(at)
    values = complete_values(
        definition,
        request.values,
        agency_name=agency.name_zh,
        agency_uscc=agency.uscc,
        issue_date=today,
        valid_from=request.valid_from,
        valid_until=request.valid_until,
        photo=photo,
    )
    check_values(definition, values, valid_from=request.valid_from, valid_until=request.valid_until, at=today)
    require_issuer(definition, values, agency_name=agency.name_zh, agency_uscc=agency.uscc)
    return values


def _number_index(
    agency: Agency, definition: LicenceTypeDefinition, values: FieldValues, replaces: Certificate | None
) -> bytes:
    number = licence_number(definition, values)
    index = blind_index(purpose="licence-number", value=f"{definition.code}:{number}")
    live = Certificate.objects.filter(agency=agency, number_index=index, state__in=LIVE_STATES)
    if replaces is not None:
        live = live.exclude(pk=replaces.pk)
    if live.exists():
        if replaces is not None:
            _require_uncorrected(replaces)  # the number's new owner may be another correction, which came first
        raise IssueError("issue.number_in_use", "the agency has a live licence of this number")
    return index


def _holder_ids(definition: LicenceTypeDefinition, values: FieldValues, at: datetime) -> tuple[UUID, ...]:
    return tuple(
        register_holder(
            kind=holder_kind(code_type=one.code_type), code_type=one.code_type, code=one.code, name=one.name, at=at
        )
        for one in named_holders(definition, values)
    )


def _written_once(reservation: Reservation) -> tuple[IssueAnswer, bool]:
    subject = certificate_subject(reservation.certificate_id)
    create_subject_key(subject)
    for _ in range(_TRIES):
        try:
            row = write_reserved_rows(reservation)
        except IntegrityError:
            # The same request came in twice at once, or another correction did, or a random number was drawn twice.
            known = _answered_before(reservation.scope, reservation.idempotency_key, reservation.request_digest)
            if known is not None:
                discard_subject_key(subject)
                return known, False
        else:
            return IssueAnswer(id=row.pk, identifier=row.identifier, version=row.version), True
    discard_subject_key(subject)
    if reservation.replaces is not None:
        _require_uncorrected(reservation.replaces)
    raise IssueError("issue.busy", "no free number could be reserved: try again")
