"""Publish, for each CA of the region, the list of the agencies' certificates whose keys others may hold.

A key that was retired in order is not on it: what it signed stays good, and a PDF reader would refuse all of that.
"""

from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from certificates.adapters.node_keys import SEAL_PURPOSE
from certificates.adapters.region_ca import sign_revocation_list
from certificates.core.ses import read_seal
from certificates.core.x509_crl import Reason, Revocation, read_crl
from certificates.core.x509_profile import authority_key_identifier, subject_key_identifier
from certificates.core.x509_read import X509Certificate, read_certificate
from certificates.models import EXTERNAL, AgencySeal, IssuerKey, KeyState, NodeKey, RegionCa

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


def revocation_list_since(*, leaf_der: bytes, since: datetime, at: datetime) -> tuple[bytes, bytes] | None:
    """This will give the certificate of the CA that issued a leaf, and its list of no earlier than `since` (DER), signing a new one if need be.

    What a list says of a signature counts only if it is not older than the proof that the signature existed (ETSI EN 319 102-1 section
    5.5). A licensed CA makes its own lists: its newest is given as it is. None where there is no such CA, or no list of it.
    Raises as `publish_revocation_lists`.
    """
    wanted = authority_key_identifier(read_certificate(leaf_der))
    for ca in RegionCa.objects.filter(from_at__isnull=False).order_by("-pk"):
        ca_der = b64decode(ca.certificate_der)
        if subject_key_identifier(read_certificate(ca_der)) == wanted:
            if ca.backend != EXTERNAL and ca.state != KeyState.COMPROMISED:
                _publish(ca, at, since=since)
            newest = RegionCa.objects.values_list("crl_der", flat=True).get(pk=ca.pk)
            return None if newest is None else (ca_der, bytes(newest))
    return None


def _publish(ca: RegionCa, at: datetime, *, since: datetime | None = None) -> bool:
    ca_der = b64decode(ca.certificate_der)
    with transaction.atomic():
        # Two at once would sign two lists of one number.
        row = RegionCa.objects.select_for_update().get(pk=ca.pk)
        revoked = _revoked_under(ca_der)
        newest = None if row.crl_der is None else read_crl(bytes(row.crl_der), ca=read_certificate(ca_der))
        lasts = newest is not None and newest.next_update - at > RENEW_BEFORE
        if newest and lasts and dict(newest.by_serial) == revoked and (since is None or newest.issued_at >= since):
            return False
        issued_at = max(at, since or at).replace(microsecond=0)
        if since is not None and issued_at < since:
            issued_at += timedelta(seconds=1)  # lists tell whole seconds
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
    found: dict[int, Revocation] = {}
    for leaf, compromised_at in (*_compromised_agencies(), *_compromised_seal_makers()):
        by_this = leaf.issuer == ca.subject and authority_key_identifier(leaf) == subject_key_identifier(ca)
        if by_this and compromised_at is not None:
            since = compromised_at.replace(microsecond=0)
            serial = leaf.serial_number
            found[serial] = Revocation(serial_number=serial, revoked_at=since, reason=Reason.KEY_COMPROMISE)
    return found


def _compromised_agencies() -> Iterator[tuple[X509Certificate, datetime | None]]:
    rows = IssuerKey.objects.filter(state=KeyState.COMPROMISED).exclude(chain_der=[]).order_by("pk")
    for row in rows:
        yield read_certificate(b64decode(row.chain_der[0])), row.compromised_at


def _compromised_seal_makers() -> Iterator[tuple[X509Certificate, datetime | None]]:
    """The makers' certificates stand in the seals that they made."""
    keys = NodeKey.objects.filter(purpose=SEAL_PURPOSE, state=KeyState.COMPROMISED)
    for kid, compromised_at in keys.order_by("pk").values_list("kid", "compromised_at"):
        seals = AgencySeal.objects.filter(maker_kid=kid).order_by("pk").values_list("seal_der", flat=True)
        for maker in sorted({read_seal(bytes(der)).maker for der in seals}):
            yield read_certificate(maker), compromised_at
