"""An agency's first issue key."""

import base64
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Agency
from certificates.adapters.issue_keys import create_issue_key
from certificates.adapters.region_ca import issue_leaf
from certificates.core.errors import IssueError
from certificates.core.signing.registry import ES256
from certificates.models import IssuerKey, KeyState
from certificates.services.issuing_agency import issuing_agency


def create_issuer_key(*, agency_uscc: str, licence_types: Sequence[str], at: datetime) -> str:
    """This will make an agency's issue key with its X.509 certificate, commit the public half, and give the kid.

    Raises IssueError `issue.agency` (unknown, or it issues nothing), `issue.key_exists` (it has an active key).
    """
    agency = issuing_agency(uscc=agency_uscc)
    if IssuerKey.objects.filter(agency=agency, state=KeyState.ACTIVE).exists():
        raise IssueError("issue.key_exists", "the agency has an active issue key: rotate it instead")
    try:
        with transaction.atomic():
            return add_issuer_key(agency=agency, licence_types=licence_types, at=at)
    except IntegrityError as error:
        raise IssueError("issue.key_exists", "the agency has an active issue key: rotate it instead") from error


def add_issuer_key(*, agency: Agency, licence_types: Sequence[str], at: datetime) -> str:
    """This will make key and certificate and add the row, in the caller's transaction."""
    kid, public_key = create_issue_key()
    leaf = issue_leaf(
        agency_uscc=agency.uscc,
        agency_name=agency.name_zh,
        licence_types=licence_types,
        public_key=public_key,
        at=at,
    )
    IssuerKey.objects.create(
        agency=agency,
        kid=kid,
        suite=ES256.name,
        chain_der=[base64.b64encode(leaf).decode("ascii")],
        licence_types=sorted(set(licence_types)),
        from_at=at,
    )
    return kid
