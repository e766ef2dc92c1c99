"""Second step of issuing: the exact bytes to sign, computed once and stored before any signature exists."""

import base64
import secrets
from datetime import datetime, time, timedelta
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction

from certificates.adapters.field_cipher import decrypt, seal
from certificates.adapters.issue_keys import issue_signer
from certificates.core.errors import IssueError
from certificates.core.facts import SHANGHAI, shanghai_date
from certificates.core.issued_values import credential_content
from certificates.core.licence_types import FieldValues, LicenceTypeDefinition
from certificates.core.prepared_issue import PreparedIssue, pack_prepared
from certificates.core.sd_jwt import PreparedCredential, prepare
from certificates.core.sd_jwt_format import CredentialClaims
from certificates.core.seal_content import LONG_TERM_SECONDS, seal_content
from certificates.core.sealed_places import certificate_subject, place
from certificates.core.status_list import StatusReference
from certificates.models import Certificate, IssueIntent, IssuerKey, KeyState, KeyUse, StatusEntry
from certificates.queries.licence_types import known_from_row
from certificates.queries.status_lists import status_list_uri
from certificates.services.require_key_in_force import require_key_in_force

CREDENTIAL_SECONDS = 365 * 86_400  # a credential is renewed, whatever the licence's term


def prepare_certificate(*, certificate_id: UUID, at: datetime) -> None:
    """This will commit the bytes to sign of a reserved certificate, sealed; where others did so before, it changes nothing.

    Raises IssueError `issue.no_key` (no active key of the agency lists the type), `issue.key_expired`, CredentialError, CipherError.
    """
    certificate = Certificate.objects.select_related("licence_type", "agency").get(pk=certificate_id)
    key = IssuerKey.objects.filter(agency=certificate.agency, use=KeyUse.CREDENTIAL, state=KeyState.ACTIVE).first()
    if key is None or certificate.licence_type.code not in key.licence_types:
        raise IssueError("issue.no_key", "the agency has no active key for licences of this type")
    require_key_in_force(key=key, at=at)
    packed = pack_prepared(_prepared(certificate, key, at))
    sealed = seal(
        packed, subject=certificate_subject(certificate_id), place=place("IssueIntent", certificate_id, "sealed_bytes")
    )
    with transaction.atomic():
        intents = IssueIntent.objects.filter(certificate=certificate, stage=IssueIntent.Stage.RESERVED)
        # Conditional: of two who prepare at once, the first one's bytes count and the other's are forgotten unsigned.
        if intents.update(sealed_bytes=sealed, stage=IssueIntent.Stage.PREPARED):
            Certificate.objects.filter(pk=certificate_id).update(issuer_key=key)


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
    iat = int(at.timestamp())
    end = _end_of_validity(certificate)
    credential = _credential(certificate, key, definition, values, references["credential"], iat, end, at)
    return PreparedIssue(
        kid=key.kid,
        iat=iat,
        signing_input=credential.signing_input,
        disclosures=credential.disclosures,
        seal=seal_content(
            definition,
            values,
            region=settings.NODE.region,
            status=references["seal"],
            issued_at=iat,
            expires_at=end if end is not None else iat + LONG_TERM_SECONDS,
        ),
    )


def _credential(
    certificate: Certificate,
    key: IssuerKey,
    definition: LicenceTypeDefinition,
    values: FieldValues,
    status: StatusReference,
    iat: int,
    end: int | None,
    at: datetime,
) -> PreparedCredential:
    content = credential_content(definition, values, at=shanghai_date(at))
    return prepare(
        values=content.values,
        masked=content.masked,
        facts=content.facts,
        totals=content.totals,
        claims=CredentialClaims(
            iss=settings.NODE.node_url,
            vct=definition.vct,
            region=settings.NODE.region,
            iat=iat,
            nbf=iat,
            exp=min(iat + CREDENTIAL_SECONDS, end if end is not None else iat + CREDENTIAL_SECONDS),
            status=status,
        ),
        x5c=tuple(base64.b64decode(der) for der in key.chain_der),
        signer=issue_signer(kid=key.kid),
        random=secrets.token_bytes,
    )


def _references(certificate: Certificate) -> dict[str, StatusReference]:
    return {
        entry.purpose: StatusReference(uri=status_list_uri(status_list_id=entry.status_list_id), index=entry.index)
        for entry in StatusEntry.objects.filter(certificate=certificate)
    }


def _end_of_validity(certificate: Certificate) -> int | None:
    """This will give the first second after the last day of validity in China, or None for a long-term licence."""
    if certificate.valid_until is None:
        return None
    midnight = datetime.combine(certificate.valid_until + timedelta(days=1), time(), tzinfo=SHANGHAI)
    return int(midnight.timestamp())
