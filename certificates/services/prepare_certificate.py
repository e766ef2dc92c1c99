"""Second step of issuing: the exact bytes to sign, computed once and stored before any signature exists."""

from datetime import datetime, time, timedelta
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction

from certificates.adapters.field_cipher import decrypt, seal
from certificates.core.errors import IssueError
from certificates.core.facts import SHANGHAI, shanghai_date
from certificates.core.issue_token import Grantor, IssueToken, Output
from certificates.core.issued_values import credential_content
from certificates.core.licence_types import FieldValues, LicenceTypeDefinition
from certificates.core.prepared_issue import PreparedIssue, pack_prepared
from certificates.core.sd_jwt_format import CredentialClaims
from certificates.core.seal_code import seal_code_input
from certificates.core.seal_content import LONG_TERM_SECONDS, seal_content
from certificates.core.sealed_places import certificate_subject, place
from certificates.core.signing.suite import NamedKey
from certificates.core.status_list import StatusReference
from certificates.models import Certificate, IssueIntent, IssuerKey, KeyUse, StatusEntry
from certificates.queries.issuer_keys import issuer_key_at
from certificates.queries.licence_types import known_from_row
from certificates.queries.status_lists import status_list_uri
from certificates.services.grant_issue_token import new_token
from certificates.services.prepared_statement import prepared_statement
from certificates.services.require_key_in_force import require_key_in_force

CREDENTIAL_SECONDS = 365 * 86_400  # a credential is renewed, whatever the licence's term


def prepare_certificate(*, certificate_id: UUID, at: datetime) -> IssueToken | None:
    """This will commit the linted bytes to sign of a reserved certificate, sealed, with the token that may sign them.

    None, and nothing changed, where others prepared it before. Raises IssueError `issue.no_key|key_expired|key_stopped`
    (no active key of the agency lists the type, its certificate ended, it was stopped), `issue.lint.*`, CredentialError, CipherError.
    """
    certificate = Certificate.objects.select_related("licence_type", "agency", "intent").get(pk=certificate_id)
    key = issuer_key_at(agency_id=certificate.agency_id, use=KeyUse.CREDENTIAL, at=at)
    if key is None or certificate.licence_type.code not in key.licence_types:
        raise IssueError("issue.no_key", "the agency has no active key for licences of this type")
    require_key_in_force(key=key, at=at)
    require_not_stopped(key)
    prepared = _prepared(certificate, key, at)
    sealed = seal(
        pack_prepared(prepared),
        subject=certificate_subject(certificate_id),
        place=place("IssueIntent", certificate_id, "sealed_bytes"),
    )
    token, granted = new_token(
        grantor=Grantor.INTENT, row=certificate.intent.pk, kid=key.kid, outputs=outputs_of(prepared, key=key), at=at
    )
    with transaction.atomic():
        intents = IssueIntent.objects.filter(certificate=certificate, stage=IssueIntent.Stage.RESERVED)
        # Conditional: of two who prepare at once, the first one's bytes count and the other's are forgotten unsigned.
        if not intents.update(sealed_bytes=sealed, stage=IssueIntent.Stage.PREPARED, **granted):
            return None
        Certificate.objects.filter(pk=certificate_id).update(issuer_key=key)
    return token


def outputs_of(prepared: PreparedIssue, *, key: NamedKey) -> dict[Output, bytes]:
    """This will give the exact bytes that the key signs for a licence; raises SealCodeError."""
    return {
        Output.CREDENTIAL: prepared.signing_input,
        Output.SEAL_CODE: seal_code_input(prepared.seal, key=key),
    }


def require_not_stopped(key: IssuerKey) -> None:
    """This will refuse a key that signed other bytes than it was given, until people clear it; raises IssueError."""
    if key.stopped_at is not None:
        raise IssueError("issue.key_stopped", "the key signs nothing until an administrator has cleared it")


def stored_values(certificate: Certificate) -> FieldValues:
    """This will open a certificate's values; raises CipherError."""
    data = decrypt(
        certificate.sealed_values,
        subject=certificate_subject(certificate.pk),
        place=place("Certificate", certificate.pk, "sealed_values"),
    )
    values: FieldValues = orjson.loads(data)
    return values


def _prepared(certificate: Certificate, key: IssuerKey, at: datetime) -> PreparedIssue:
    definition = known_from_row(certificate.licence_type).definition
    values = stored_values(certificate)
    references = _references(certificate)
    end = end_of_validity(certificate)
    content = credential_content(definition, values, at=shanghai_date(at))
    claims = _claims(definition, references["credential"], end, at)
    seal = seal_content(
        definition,
        values,
        region=settings.NODE.region,
        status=references["seal"],
        issued_at=claims.iat,
        expires_at=end if end is not None else claims.iat + LONG_TERM_SECONDS,
    )
    return prepared_statement(content=content, claims=claims, seal=seal, seal_status=references["seal"], key=key)


def _claims(
    definition: LicenceTypeDefinition, status: StatusReference, end: int | None, at: datetime
) -> CredentialClaims:
    iat = int(at.timestamp())
    return CredentialClaims(
        iss=settings.NODE.node_url,
        vct=definition.vct,
        region=settings.NODE.region,
        iat=iat,
        nbf=iat,
        exp=min(iat + CREDENTIAL_SECONDS, end if end is not None else iat + CREDENTIAL_SECONDS),
        status=status,
    )


def _references(certificate: Certificate) -> dict[str, StatusReference]:
    return {
        entry.purpose: StatusReference(uri=status_list_uri(status_list_id=entry.status_list_id), index=entry.index)
        for entry in StatusEntry.objects.filter(certificate=certificate)
    }


def end_of_validity(certificate: Certificate) -> int | None:
    """This will give the first second after the last day of validity in China, or None for a long-term licence."""
    if certificate.valid_until is None:
        return None
    midnight = datetime.combine(certificate.valid_until + timedelta(days=1), time(), tzinfo=SHANGHAI)
    return int(midnight.timestamp())
