"""The list of revoked certificates of a licensed CA: peers read it in the bundle of agency keys, this node in its register."""

from base64 import b64decode
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from certificates.core.errors import IssueError, X509Error
from certificates.core.x509_crl import COMPROMISES, Revocation, RevocationList, read_crl
from certificates.core.x509_read import read_certificate
from certificates.models import EXTERNAL, IssuerKey, KeyState, RegionCa
from certificates.services.end_key import end_key

CLOCK_SKEW: Final = timedelta(minutes=5)  # as much as between peers: an honest clock may be a little behind


def import_revocation_list(*, der: bytes, at: datetime) -> str:
    """This will commit the newest list (DER) of a licensed CA, end the keys whose certificates it names, and give the CA's kid.

    A key that others may hold, or that has not begun, counts as compromised; any other is retired as of its revocation.

    Raises X509Error (`read_crl`), IssueError `issue.ca` (no licensed CA of this region made it), `issue.crl_not_in_force`,
    `issue.crl_older`.
    """
    for ca in RegionCa.objects.filter(backend=EXTERNAL).order_by("pk"):
        found = _of(ca, der)
        if found is not None:
            if not found.issued_at - CLOCK_SKEW <= at < found.next_update:
                raise IssueError(
                    "issue.crl_not_in_force", "the revocation list is not in force now: fetch the newest one"
                )
            _keep(ca, der, found)
            return ca.kid
    raise IssueError("issue.ca", "no licensed CA of this region made the revocation list: add the CA first")


def _of(ca: RegionCa, der: bytes) -> RevocationList | None:
    try:
        return read_crl(der, ca=read_certificate(b64decode(ca.certificate_der)))
    except X509Error as error:
        if error.code == "crl.issuer":
            return None
        raise


def _keep(ca: RegionCa, der: bytes, found: RevocationList) -> None:
    with transaction.atomic():
        row = RegionCa.objects.select_for_update().get(pk=ca.pk)
        kept = None if row.crl_der is None else _of(ca, bytes(row.crl_der))
        if kept is not None and found.number < kept.number:
            raise IssueError("issue.crl_older", "a newer revocation list of this CA is here already")
        row.crl_der = der
        row.save(update_fields=["crl_der"])
        for key in IssuerKey.objects.select_for_update(of=("self",)).exclude(chain_der=[]).order_by("pk"):
            leaf = read_certificate(b64decode(key.chain_der[0]))
            entry = found.by_serial.get(leaf.serial_number) if found.covers(leaf) else None
            if entry is not None:
                _end(key, entry)


def _end(key: IssuerKey, entry: Revocation) -> None:
    if entry.reason in COMPROMISES or key.state == KeyState.PENDING:
        end_key(key=key, to_at=entry.effective_at, compromised_at=entry.effective_at)
    elif key.state == KeyState.ACTIVE and key.from_at is not None:
        end_key(key=key, to_at=max(entry.effective_at, key.from_at))
    elif key.state == KeyState.RETIRED and key.to_at is not None and entry.effective_at < key.to_at:
        key.to_at = entry.effective_at  # it ended sooner than in order
        key.save(update_fields=["to_at"])
