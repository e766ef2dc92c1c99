"""The trust list in force, verified again from its stored file: a database that was tampered with can bring no trust."""

from datetime import datetime
from hashlib import sha256

from django.conf import settings

from accounts.queries.compiled_read import CompiledRead
from verification.core.errors import TrustListError
from verification.core.trust_list import CLOCK_SKEW, TrustList, load_trust_list
from verification.core.trust_list_mark import TrustListMark, mark_of, parse_trust_list_mark
from verification.models import LoadedTrustList
from verification.queries.marks import TRUST_LIST, read_mark

_NEWEST = CompiledRead(lambda _: LoadedTrustList.objects.order_by("-version").values_list("document", "version")[:1])
_cache: dict[tuple[bytes, str], TrustList] = {}


def current_trust_list(*, at: datetime) -> TrustList:
    """This will give the newest loaded list, its signature and anchor verified, in force at `at`.

    The signature is verified once per document and process, the dates at every call.
    Raises TrustListError `trust_list.absent` where none was loaded, `trust_list.altered` for a row that is not its document,
    `trust_list.older` for a list below the one seen before, else as `load_trust_list` does.
    """
    row = _NEWEST.first()
    if row is None:
        raise TrustListError("trust_list.absent", "no trust list has been loaded: run load_trust_list")
    document, version = row[0].encode(), row[1]
    _require_not_older(mark_of(version=version, document=document))
    found = _verified(document, fingerprint=settings.NODE.anchor_fingerprint, at=at)
    if found.version != version:
        raise TrustListError("trust_list.altered", "the loaded trust list is of another version than its row says")
    return found


def trust_list_mark() -> TrustListMark | None:
    """This will give the highest list ever taken into use, as kept outside of the database; raises TrustListError `trust_list.mark`."""
    data = read_mark(TRUST_LIST)
    return None if data is None else parse_trust_list_mark(data)


def _require_not_older(stored: TrustListMark) -> None:
    seen = trust_list_mark()
    if seen is None or stored.version > seen.version:
        return
    if stored.version < seen.version:
        raise TrustListError("trust_list.older", "a newer trust list was in use before: load it again")
    if stored != seen:
        raise TrustListError("trust_list.altered", "the loaded trust list is not the one that was taken into use")


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
