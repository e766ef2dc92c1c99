"""The revocation lists of a region's CAs, as its bundle of agency keys carries them: one signed statement, one fetch.

The bundle's own states come first; a list adds what its CA (a licensed one, perhaps) revoked by itself. The region signs
which lists there are, so nobody on the way can leave one out.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from certificates.core.errors import X509Error
from certificates.core.x509_crl import COMPROMISES, Revocation, RevocationList, read_crl
from certificates.core.x509_read import read_certificate
from verification.core.errors import IssuerError
from verification.core.trust_keys import CaEntry

MOST_LISTS: Final = 16  # a region has a CA or two for each suite, and their predecessors
MAX_LIST_TEXT: Final = 352 * 1024  # base64 of the longest list that is read


def read_revocation_lists(ders: Iterable[bytes], *, cas: Sequence[CaEntry]) -> tuple[RevocationList, ...]:
    """This will verify each list (DER) under the CA that it names; one of a CA that is not listed says nothing here.

    A region may publish the list of a new CA before the next trust list names that CA.
    Raises IssuerError `agency_keys.crl` for one that a listed CA is named in and did not sign.
    """
    found = (_of_any(der, cas) for der in ders)
    return tuple(item for item in found if item is not None)


def kept_revocation_lists(kept: Iterable[tuple[bytes, bytes]]) -> tuple[RevocationList, ...]:
    """This will verify the lists that a node keeps for its own region's CAs, each as `(CA, list)` in DER.

    Raises IssuerError `agency_keys.crl` for one that its CA did not sign.
    """
    found = [_verified(der, ca_der) for ca_der, der in kept]
    lists = tuple(item for item in found if isinstance(item, RevocationList))
    if len(lists) != len(found):
        raise IssuerError("agency_keys.crl", "a revocation list that the node keeps does not hold")
    return lists


def require_not_revoked(leaf_der: bytes, *, lists: Iterable[RevocationList], issued_at: datetime) -> Revocation | None:
    """This will give the later revocation of a certificate (DER), if any. Raises IssuerError `issuer.revoked` if it was
    revoked, or its key known to others, when the licence was issued.
    """
    leaf = read_certificate(leaf_der)
    entries = [item.by_serial.get(leaf.serial_number) for item in lists if item.covers(leaf)]
    revoked = [entry for entry in entries if entry is not None]
    if any(issued_at >= entry.effective_at for entry in revoked):
        raise IssuerError("issuer.revoked", "the agency's certificate was revoked when the licence was issued")
    return min(revoked, key=lambda entry: (entry.reason not in COMPROMISES, entry.effective_at), default=None)


def is_compromise(revocation: Revocation | None) -> bool:
    """This will tell whether others may hold the key, so that the time that a licence states proves nothing."""
    return revocation is not None and revocation.reason in COMPROMISES


def is_stale(leaf_der: bytes, *, lists: Iterable[RevocationList], at: datetime) -> bool:
    """This will tell whether a list that would name the certificate should have been replaced by now: its silence says nothing."""
    leaf = read_certificate(leaf_der)
    return any(at >= item.next_update for item in lists if item.covers(leaf))


def _of_any(der: bytes, cas: Sequence[CaEntry]) -> RevocationList | None:
    for entry in cas:
        found = _verified(der, entry.der)
        if isinstance(found, RevocationList):
            return found
        if found != "crl.issuer":
            raise IssuerError("agency_keys.crl", "a revocation list in the bundle does not hold")
    return None


@lru_cache(maxsize=128)  # a bundle is read for every look-up, its lists change rarely
def _verified(der: bytes, ca_der: bytes) -> RevocationList | str:
    try:
        return read_crl(der, ca=read_certificate(ca_der))
    except X509Error as error:
        return error.code
