"""A signed PDF's last step where the node has a timestamp authority: from PAdES B-B to B-LTA (ETSI EN 319 142-1)."""

import logging
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from certificates.adapters.pdf.long_term import (
    finish_archive_timestamp,
    lay_out_archive_timestamp,
    signature_imprint,
    with_signature_timestamp,
    with_validation_data,
)
from certificates.adapters.timestamps.authority import TimestampSource, configured_source
from certificates.core.errors import DocumentWaitsError, KeyUnavailableError, TimestampError
from certificates.models import Document
from certificates.services.publish_revocation_lists import revocation_list_since

STAMP_DIGEST: Final = "sha256"  # a file stamped with another one is renewed

_log = logging.getLogger(__name__)


def timestamped(signed: bytes, document: Document, at: datetime) -> bytes:
    """This will give the file with a timestamp in its signature, validation data not older than that, and an archive timestamp over all.

    Of the row only what tells when to renew is set. Raises DocumentWaitsError `document.timestamp_waits` while the authority, or the region
    CA's key, cannot be reached or answers wrongly: a file of a lower level is never given instead. DocumentError `pdf.unreadable`.
    """
    with _waiting():
        source = _source()
        token = source.ask(digest=signature_imprint(signed), at=at)
        pdf = with_signature_timestamp(signed, token=token.der)
        chain, ca_list = _of_the_agency(document, since=token.at, at=at)
        lists = [ca_list, *source.revocation_lists(at=at)]
        pdf = with_validation_data(pdf, certificates=[*chain, *token.path], revocation_lists=lists)
        return _archived(pdf, document, source, at)


def restamped(pdf: bytes, document: Document, at: datetime) -> bytes:
    """This will give a file at B-LTA with fresh lists and an archive timestamp more, over the older ones; otherwise as `timestamped`."""
    with _waiting():
        source = _source()
        lists = source.revocation_lists(at=at, since=at.replace(microsecond=0))
        pdf = with_validation_data(pdf, certificates=source.trusted, revocation_lists=lists)
        return _archived(pdf, document, source, at)


def _source() -> TimestampSource:
    source = configured_source()
    if source is None:
        raise DocumentWaitsError("document.timestamp_waits", "the node's settings name no timestamp authority")
    return source


def _of_the_agency(document: Document, *, since: datetime, at: datetime) -> tuple[list[bytes], bytes]:
    """The signer's certificates up to the region's CA, and that CA's list of no earlier than the signature's timestamp."""
    key = document.issuer_key
    assert key is not None, "a signed document names its key"
    chain = [b64decode(der) for der in key.chain_der]
    found = revocation_list_since(leaf_der=chain[0], since=since, at=at)
    if found is None:
        raise DocumentWaitsError("document.timestamp_waits", "the agency's CA has no list of revoked certificates yet")
    return [*chain, found[0]], found[1]


def _archived(pdf: bytes, document: Document, source: TimestampSource, at: datetime) -> bytes:
    prepared = lay_out_archive_timestamp(pdf)
    token = source.ask(digest=prepared.digest, at=at)
    Document.objects.filter(pk=document.pk).update(stamped_until=token.unit_ends_at, stamped_with=STAMP_DIGEST)
    return finish_archive_timestamp(prepared, token=token.der)


@contextmanager
def _waiting() -> Iterator[None]:
    try:
        yield
    except (TimestampError, KeyUnavailableError) as error:
        _log.warning("a document waits for its timestamps: %s", error.code)
        raise DocumentWaitsError("document.timestamp_waits", "the document waits for its timestamps") from error
