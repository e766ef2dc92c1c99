"""Publish, for each CA of the region, the list of the agencies' certificates whose keys others may hold.

A key that was retired in order is not on it: what it signed stays good, and a PDF reader would refuse all of that.
"""

from base64 import b64decode
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from certificates.adapters.region_ca import sign_revocation_list
from certificates.core.x509_crl import Reason, Revocation, read_crl
from certificates.core.x509_profile import authority_key_identifier, subject_key_identifier
from certificates.core.x509_read import read_certificate
from certificates.models import EXTERNAL, IssuerKey, KeyState, RegionCa

LIFETIME: Final = timedelta(days=30)
RENEW_BEFORE: Final = timedelta(days=15)  # a node that is down for a fortnight still has lists in force


def publish_revocation_lists(*, at: datetime) -> int:
    """This will sign and commit a new list for each CA whose list changed or ends soon, and count them.

    A retired CA's list goes on, for its certificates do; a compromised CA's would prove nothing.
    Raises IssueError, CipherError `cipher.no_key`, KeyUnavailableError.
    """
    cas = RegionCa.objects.filter(from_at__isnull=False).exclude(state=KeyState.COMPROMISED)
    cas = cas.exclude(backend=EXTERNAL)  # a licensed CA makes its own: import_revocation_list
    return sum(_publish(ca, at) for ca in cas.order_by("pk"))


def _publish(ca: RegionCa, at: datetime) -> bool:
    ca_der = b64decode(ca.certificate_der)
    with transaction.atomic():
        # Two at once would sign two lists of one number.
        row = RegionCa.objects.select_for_update().get(pk=ca.pk)
        revoked = _revoked_under(ca_der)
        newest = None if row.crl_der is None else read_crl(bytes(row.crl_der), ca=read_certificate(ca_der))
        if newest and dict(newest.by_serial) == revoked and newest.next_update - at > RENEW_BEFORE:
            return False
        issued_at = at.replace(microsecond=0)
        row.crl_der = sign_revocation_list(
            ca_kid=ca.kid,
            ca_certificate=ca_der,
            number=max(int(at.timestamp()), newest.number + 1 if newest else 0),
            issued_at=issued_at,
            next_update=issued_at + LIFETIME,
            revoked=revoked.values(),
        )
        row.save(update_fields=["crl_der"])
    return True


def _revoked_under(ca_der: bytes) -> dict[int, Revocation]:
    ca = read_certificate(ca_der)
    rows = IssuerKey.objects.filter(state=KeyState.COMPROMISED).exclude(chain_der=[]).order_by("pk")
    found: dict[int, Revocation] = {}
    for row in rows:
        leaf = read_certificate(b64decode(row.chain_der[0]))
        by_this = leaf.issuer == ca.subject and authority_key_identifier(leaf) == subject_key_identifier(ca)
        if by_this and row.compromised_at is not None:
            since = row.compromised_at.replace(microsecond=0)
            serial = leaf.serial_number
            found[serial] = Revocation(serial_number=serial, revoked_at=since, reason=Reason.KEY_COMPROMISE)
    return found
