"""A purpose copy's own statement: prepared and stored, signed against a one-shot token, read back, kept."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from certificates.adapters.field_cipher import decrypt, seal
from certificates.core.copy_claims import CopyClaims
from certificates.core.copy_content import copy_content, copy_seal_content
from certificates.core.errors import IssueError
from certificates.core.grains import Grain
from certificates.core.issue_token import Grantor, IssueToken
from certificates.core.prepared_issue import PreparedIssue, pack_prepared, unpack_prepared
from certificates.core.sd_jwt import present
from certificates.core.sd_jwt_format import CredentialClaims, DisclosureKey
from certificates.core.sealed_places import certificate_subject, place
from certificates.core.status_list import StatusReference
from certificates.core.stored_disclosures import unpack_disclosures
from certificates.models import Certificate, IssuerKey, KeyUse, PurposeCopy
from certificates.queries.issuer_keys import issuer_key_at
from certificates.queries.licence_types import known_from_row
from certificates.queries.status_lists import status_list_uri
from certificates.services.copy_rows import opened, require_copy_good, terms_of
from certificates.services.grant_issue_token import new_token, no_token_out
from certificates.services.prepare_certificate import outputs_of, require_not_stopped
from certificates.services.prepared_statement import prepared_statement
from certificates.services.require_key_in_force import require_key_in_force
from certificates.services.sign_certificate import SignedIssue, sign_prepared, signing_key
from certificates.services.stop_issuer_key import stop_issuer_key

_OTHER_BYTES = "issue.signed_other_bytes"


def sign_copy_statement(*, copy_id: int, at: datetime) -> bool:
    """This will commit a copy's bytes to sign, then its signed statement; a finished one is left as it is.

    False while another worker may be signing it. It has to be called outside of any transaction. Raises CopyError
    `copy.expired|revoked|licence_ended`,
    IssueError `issue.no_key|key_*|lint.*|signed_other_bytes` (which stops the key), CipherError, KeyUnavailableError.
    """
    token = _prepared_now(copy_id, at)
    copy = _copies().get(pk=copy_id)
    if copy.stage == PurposeCopy.Stage.SIGNED:
        return True
    require_copy_good(copy=copy, at=at)  # prepared in time, and revoked or expired since
    prepared = unpack_prepared(opened(copy, "sealed_bytes"))
    key = signing_key(prepared, at=at)
    token = token or _granted_again(copy, prepared, key, at)
    if token is None:
        return False
    try:
        signed = sign_prepared(prepared, key=key, token=token, at=at)
    except IssueError as error:
        if error.code == _OTHER_BYTES:
            stop_issuer_key(kid=key.kid, code=error.code, at=at)
        if error.code.startswith("issue.token_"):
            return False  # the token is another's by now
        raise
    return _stored(copy, signed, token)


def _copies() -> QuerySet[PurposeCopy]:
    return PurposeCopy.objects.select_related("certificate__licence_type", "certificate__agency", "status_entry")


def _prepared_now(copy_id: int, at: datetime) -> IssueToken | None:
    """This will commit the bytes to sign with the token that may sign them; None where others prepared them."""
    copy = _copies().get(pk=copy_id)
    if copy.stage != PurposeCopy.Stage.RESERVED:
        return None
    require_copy_good(copy=copy, at=at)
    key = _key(copy.certificate, at)
    prepared = _prepared(copy, key, at)
    token, granted = new_token(
        grantor=Grantor.COPY, row=copy.pk, kid=key.kid, outputs=outputs_of(prepared, key=key), at=at
    )
    sealed = _sealed(copy, pack_prepared(prepared), "sealed_bytes")
    # Conditional: of two who prepare at once, the first one's bytes count and the other's are forgotten unsigned.
    waiting = PurposeCopy.objects.filter(pk=copy_id, stage=PurposeCopy.Stage.RESERVED)
    kept = waiting.update(sealed_bytes=sealed, stage=PurposeCopy.Stage.PREPARED, issuer_key=key, **granted)
    return token if kept else None


def _key(certificate: Certificate, at: datetime) -> IssuerKey:
    key = issuer_key_at(agency_id=certificate.agency_id, use=KeyUse.CREDENTIAL, at=at)
    if key is None or certificate.licence_type.code not in key.licence_types:
        raise IssueError("issue.no_key", "the agency has no active key for licences of this type")
    require_key_in_force(key=key, at=at)
    require_not_stopped(key)
    return key


def _prepared(copy: PurposeCopy, key: IssuerKey, at: datetime) -> PreparedIssue:
    definition = known_from_row(copy.certificate.licence_type).definition
    content = copy_content(definition, _disclosures(copy.certificate), _grains(copy))
    claims = _claims(copy, definition.vct, at)
    assert claims.copy is not None
    seal = copy_seal_content(
        content,
        definition,
        claims=claims.copy,
        region=claims.region,
        status=claims.status,
        issued_at=claims.iat,
        expires_at=claims.exp,
    )
    return prepared_statement(content=content.credential, claims=claims, seal=seal, seal_status=claims.status, key=key)


def _claims(copy: PurposeCopy, vct: str, at: datetime) -> CredentialClaims:
    terms, entry, iat = terms_of(copy), copy.status_entry, int(at.timestamp())
    return CredentialClaims(
        iss=settings.NODE.node_url,
        vct=vct,
        region=settings.NODE.region,
        iat=iat,
        nbf=iat,
        exp=int(copy.expires_at.timestamp()),
        status=StatusReference(uri=status_list_uri(status_list_id=entry.status_list_id), index=entry.index),
        copy=CopyClaims(number=copy.number, purpose=terms.purpose, recipient=terms.recipient),
    )


def _granted_again(copy: PurposeCopy, prepared: PreparedIssue, key: IssuerKey, at: datetime) -> IssueToken | None:
    outputs = outputs_of(prepared, key=key)
    token, columns = new_token(grantor=Grantor.COPY, row=copy.pk, kid=key.kid, outputs=outputs, at=at)
    waiting = PurposeCopy.objects.filter(pk=copy.pk, stage=PurposeCopy.Stage.PREPARED)
    return token if waiting.filter(no_token_out(at=at)).update(**columns) else None


def _stored(copy: PurposeCopy, signed: SignedIssue, token: IssueToken) -> bool:
    code = signed.seal_code.encode("ascii")
    whole = present(signed.credential_jwt, tuple(signed.prepared.disclosures.values()))
    waiting = PurposeCopy.objects.filter(
        pk=copy.pk, stage=PurposeCopy.Stage.PREPARED, token_digest=token.digest(), sealed_bytes__isnull=False
    )
    return bool(
        waiting.update(
            stage=PurposeCopy.Stage.SIGNED,
            sealed_bytes=None,
            sealed_credential=_sealed(copy, whole.encode("ascii"), "sealed_credential"),
            credential_digest=hashlib.sha256(signed.credential_jwt.encode("ascii")).digest(),
            sealed_seal_code=_sealed(copy, code, "sealed_seal_code"),
            seal_code_digest=hashlib.sha256(code).digest(),
        )
    )


def _grains(copy: PurposeCopy) -> dict[str, Grain]:
    return {name: Grain(grain) for name, grain in copy.grains.items()}


def _disclosures(certificate: Certificate) -> Mapping[DisclosureKey, str]:
    return unpack_disclosures(
        decrypt(
            certificate.sealed_disclosures,
            subject=certificate_subject(certificate.pk),
            place=place("Certificate", certificate.pk, "sealed_disclosures"),
        )
    )


def _sealed(copy: PurposeCopy, data: bytes, column: str) -> bytes:
    return seal(
        data, subject=certificate_subject(copy.certificate_id), place=place("PurposeCopy", copy.public_id, column)
    )
