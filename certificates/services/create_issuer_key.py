"""An agency's first issue keys: one for credentials and seal codes, one for files."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Agency
from certificates.adapters.issue_keys import create_issue_key
from certificates.adapters.region_ca import issue_leaf
from certificates.core.errors import IssueError
from certificates.models import EXTERNAL, IssuerKey, KeyState, KeyUse, RegionCa
from certificates.services.issuing_agency import issuing_agency
from certificates.services.require_same_node import require_same_node


def create_issuer_key(*, agency_uscc: str, licence_types: Sequence[str], at: datetime) -> str:
    """This will make an agency's issue keys with their X.509 certificates, commit the public halves, and give the kid of
    the one for credentials.

    Raises IssueError `issue.agency` (unknown, or it issues nothing), `issue.key_exists` (it has an active key).
    """
    agency = issuing_agency(uscc=agency_uscc)
    if IssuerKey.objects.filter(agency=agency, state=KeyState.ACTIVE).exists():
        raise IssueError("issue.key_exists", "the agency has an active issue key: rotate it instead")
    try:
        with transaction.atomic():
            kids = [add_issuer_key(agency=agency, use=use, licence_types=licence_types, at=at) for use in KeyUse]
    except IntegrityError as error:
        raise IssueError("issue.key_exists", "the agency has an active issue key: rotate it instead") from error
    return kids[0]


def add_issuer_key(*, agency: Agency, use: KeyUse, licence_types: Sequence[str], at: datetime) -> str:
    """This will make key and certificate and add the active row, in the caller's transaction, and give its kid."""
    row = add_pending_key(agency=agency, use=use, licence_types=licence_types)
    row.chain_der = [b64encode(_certified(row, at)).decode("ascii")]
    row.state = KeyState.ACTIVE
    row.from_at = at
    row.save(update_fields=["chain_der", "state", "from_at"])
    return row.kid


def add_pending_key(*, agency: Agency, use: KeyUse, licence_types: Sequence[str]) -> IssuerKey:
    """This will make a key and add its row, in the caller's transaction; it signs nothing until it is certified and active.

    Raises IssueError `issue.profile|region` under the settings of another node.
    """
    require_same_node()
    key = create_issue_key(use=use.value)
    return IssuerKey.objects.create(
        agency=agency,
        use=use,
        kid=key.kid,
        suite=key.suite,
        backend=key.backend,
        spki=b64encode(key.spki).decode("ascii"),
        chain_der=[],
        licence_types=sorted(set(licence_types)),
        state=KeyState.PENDING,
    )


def _certified(row: IssuerKey, at: datetime) -> bytes:
    own = RegionCa.objects.filter(suite=row.suite, state=KeyState.ACTIVE).exclude(backend=EXTERNAL)
    ca = own.first()
    if ca is None:
        raise IssueError("issue.ca", "the region has no CA for keys of this suite: run manage.py init_node")
    return issue_leaf(
        ca_kid=ca.kid,
        ca_certificate=b64decode(ca.certificate_der),
        agency_uscc=row.agency.uscc,
        agency_name=row.agency.name_zh,
        licence_types=row.licence_types,
        spki=b64decode(row.spki),
        at=at,
    )
