"""The trust list in force, verified again from its stored file: a database that was tampered with can bring no trust."""

from datetime import datetime
from hashlib import sha256

from django.conf import settings

from accounts.queries.compiled_read import CompiledRead
from verification.core.errors import TrustListError
from verification.core.trust_list import CLOCK_SKEW, TrustList, load_trust_list
from verification.models import LoadedTrustList

_NEWEST = CompiledRead(lambda _: LoadedTrustList.objects.order_by("-version").values_list("document")[:1])
_cache: dict[tuple[bytes, str], TrustList] = {}


def current_trust_list(*, at: datetime) -> TrustList:
    """This will give the newest loaded list, its signature and anchor verified, in force at `at`.

    The signature is verified once per document and process, the dates at every call.
    Raises TrustListError `trust_list.absent` where none was loaded, else as `load_trust_list` does.
    """
    row = _NEWEST.first()
    if row is None:
        raise TrustListError("trust_list.absent", "no trust list has been loaded: run load_trust_list")
    return _verified(row[0].encode(), fingerprint=settings.NODE.anchor_fingerprint, at=at)


def _verified(document: bytes, *, fingerprint: str, at: datetime) -> TrustList:
    known = (sha256(document).digest(), fingerprint)
    found = _cache.get(known)
    if found is None:
        found = load_trust_list(document, anchor_fingerprint=fingerprint, at=at)
        _cache.clear()  # one list is in force at a time
        _cache[known] = found
    if at >= found.expires_at:
        raise TrustListError("trust_list.expired", "the trust list has expired")
    if found.issued_at > at + CLOCK_SKEW:
        raise TrustListError("trust_list.from_future", "the list says it was issued after now: check the clock")
    return found
