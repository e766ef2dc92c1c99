"""The region's next CA of a suite. Peers know CAs by the trust list only: prepare it first."""

from base64 import b64decode
from datetime import datetime

from django.db import transaction

from certificates.core.errors import IssueError
from certificates.core.x509_profile import authority_key_identifier, subject_key_identifier
from certificates.core.x509_read import read_certificate
from certificates.models import EXTERNAL, IssuerKey, KeyState, KeyUse, NodeKey, RegionCa
from certificates.services.create_issuer_key import add_issuer_key
from certificates.services.create_region_cas import add_region_ca
from certificates.services.end_key import end_key
from certificates.services.rotate_issuer_key import OVERLAP


def rotate_region_ca(*, suite: str, at: datetime, compromised: bool = False) -> str:
    """This will end the CA of a suite, make the pending one, or a new one, active, and commit new keys of every agency under it.

    A CA vouches for licences issued while it is in force: so no agency may go on with a certificate of the old one.
    Raises IssueError `issue.no_key` (no CA of the suite), `issue.key_state` (the pending one begins later).
    """
    with transaction.atomic():
        own = RegionCa.objects.select_for_update().filter(suite=suite).exclude(backend=EXTERNAL)
        old = own.filter(state=KeyState.ACTIVE).first()
        if old is None and not own.exists():
            raise IssueError("issue.no_key", "the region has no CA of this suite")
        pending = own.filter(state=KeyState.PENDING).first()
        if pending is not None and (pending.from_at is None or pending.from_at > at):
            raise IssueError("issue.key_state", "the pending CA of this suite begins later")
        if old is not None:
            end_key(key=old, to_at=at + OVERLAP, compromised_at=at if compromised else None)
        if pending is None:
            pending = add_region_ca(suite=suite, at=at)
        else:
            pending.state = KeyState.ACTIVE
            pending.save(update_fields=["state"])
        _rotate_agencies(suite, at)
        NodeKey.objects.filter(suite=suite).update(
            certificate_der=""
        )  # the new CA certifies the key when it is next used
        return pending.kid


def _rotate_agencies(suite: str, at: datetime) -> None:
    ended = RegionCa.objects.filter(suite=suite).exclude(backend=EXTERNAL).exclude(state=KeyState.ACTIVE)
    identifiers = {subject_key_identifier(read_certificate(b64decode(ca.certificate_der))) for ca in ended}
    rows = IssuerKey.objects.select_for_update(of=("self",)).select_related("agency")
    for row in tuple(rows.filter(suite=suite, state=KeyState.ACTIVE).order_by("pk")):
        # What a licensed CA has certified goes on.
        if authority_key_identifier(read_certificate(b64decode(row.chain_der[0]))) in identifiers:
            end_key(key=row, to_at=at + OVERLAP)
            add_issuer_key(agency=row.agency, use=KeyUse(row.use), licence_types=row.licence_types, at=at)
