"""A pending issue key, and the request with which a licensed CA certifies it."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from certificates.adapters.issue_keys import request_signer
from certificates.core.errors import IssueError
from certificates.core.x509_request import make_csr
from certificates.models import IssuerKey, KeyState, KeyUse
from certificates.services.create_issuer_key import add_pending_key
from certificates.services.issuing_agency import issuing_agency


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRequest:
    """This will hold the kid of a pending key and the request (DER, PKCS#10) for its certificate."""

    kid: str
    csr: bytes


def request_issuer_certificate(*, agency_uscc: str, use: str, licence_types: Sequence[str]) -> CertificateRequest:
    """This will commit a pending key for these types, or for those of the agency's active key, and give the request.

    A pending key that waits for its certificate is asked for again instead of making another.
    Raises IssueError `issue.agency|no_key` (no types, and no active key to take them from), `issue.scope`,
    `issue.key_pending` (one for other types waits already).
    """
    agency = issuing_agency(uscc=agency_uscc)
    with transaction.atomic():
        keys = IssuerKey.objects.select_for_update(of=("self",)).filter(agency=agency, use=use)
        row = keys.filter(state=KeyState.PENDING, chain_der=[]).first()
        if row is not None and licence_types and set(licence_types) != set(row.licence_types):
            raise IssueError(
                "issue.key_pending", "a key for other types is pending: its request is given without types"
            )
        if row is None:
            active = keys.filter(state=KeyState.ACTIVE).first()
            types = licence_types or (active.licence_types if active is not None else ())
            if not types:
                raise IssueError("issue.no_key", "the agency has no active key: name the types of its first one")
            row = add_pending_key(agency=agency, use=KeyUse(use), licence_types=types)
    return CertificateRequest(kid=row.kid, csr=request_for(row))


def request_for(row: IssuerKey) -> bytes:
    """This will give the request (DER) for a key's certificate, signed by that key; `row.agency` is read."""
    return make_csr(
        region_code=settings.NODE.region,
        agency_uscc=row.agency.uscc,
        agency_name=row.agency.name_zh,
        licence_types=row.licence_types,
        spki=b64decode(row.spki),
        signer=request_signer(kid=row.kid, use=row.use),
    )
