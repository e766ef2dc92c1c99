"""The newest list of revoked X.509 certificates of each CA of this region."""

from base64 import b64decode
from datetime import datetime, timedelta
from typing import Final

from certificates.core.x509_crl import read_crl
from certificates.core.x509_read import read_certificate
from certificates.models import RegionCa

WARNED_BEFORE: Final = timedelta(days=7)  # a week for an operator to fetch a licensed CA's next one


def newest_revocation_list(*, ca_kid: str) -> bytes | None:
    """This will give the newest list (DER) of a CA, or None where there is no such CA or no list yet."""
    der = RegionCa.objects.filter(kid=ca_kid).values_list("crl_der", flat=True).first()
    return None if der is None else bytes(der)


def newest_revocation_lists() -> tuple[bytes, ...]:
    """This will give the newest list (DER) of every CA that has one, in the order in which the CAs were made."""
    lists = RegionCa.objects.order_by("pk").values_list("crl_der", flat=True)
    return tuple(bytes(der) for der in lists if der is not None)


def a_revocation_list_ends(*, at: datetime) -> bool:
    """This will tell whether the newest list of some CA ends within a week, or has ended: others then know nothing newer.

    The node renews its own CAs' lists by itself, a licensed CA's must be imported anew (`node_key add-crl`).
    """
    rows = RegionCa.objects.values_list("certificate_der", "crl_der")
    lists = (read_crl(bytes(der), ca=read_certificate(b64decode(ca))) for ca, der in rows if der is not None)
    return any(found.next_update - at < WARNED_BEFORE for found in lists)
