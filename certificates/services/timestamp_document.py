"""A signed PDF's last step where the node has a timestamp authority: from PAdES B-B to B-LTA (ETSI EN 319 142-1)."""

import logging
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """This will hold a file at B-LTA, and when the certificate under its newest archive timestamp ends."""

    pdf: bytes
    until: datetime


def timestamped(signed: bytes, document: Document, at: datetime) -> Archived:
    """This will give the file with a timestamp in its signature, validation data not older than that, and an archive timestamp over all.

    The row is left as it is: when to renew is committed with the file. Raises DocumentWaitsError `document.timestamp_waits` while the
    authority, or the region CA's key, cannot be reached or answers wrongly: a file of a lower level is never given instead.
    DocumentError `pdf.unreadable`.
    """
    key = document.issuer_key
    assert key is not None, "a signed document names its key"
    return raised(signed, chain=[b64decode(der) for der in key.chain_der], at=at)


def raised(signed: bytes, *, chain: Sequence[bytes], at: datetime) -> Archived:
    """This will raise a signed PDF to B-LTA; `chain` is the signer's certificates (DER), leaf first. Raises as `timestamped`."""
    with _waiting():
        source = _source()
        token = source.ask(digest=signature_imprint(signed), at=at)
        pdf = with_signature_timestamp(signed, token=token.der)
        ca, ca_list = _of_the_ca(chain[0], since=token.at, at=at)
        lists = [ca_list, *source.revocation_lists(at=at)]
        pdf = with_validation_data(pdf, certificates=[*chain, ca, *token.path], revocation_lists=lists)
        return _archived(pdf, source, at)


def restamped(pdf: bytes, *, at: datetime) -> Archived:
    """This will give a file at B-LTA with fresh lists and an archive timestamp more, over the older ones; otherwise as `timestamped`."""
    with _waiting():
        source = _source()
        lists = source.revocation_lists(at=at, since=at.replace(microsecond=0))
        pdf = with_validation_data(pdf, certificates=source.trusted, revocation_lists=lists)
        return _archived(pdf, source, at)


def _source() -> TimestampSource:
    source = configured_source()
    if source is None:
        raise DocumentWaitsError("document.timestamp_waits", "the node's settings name no timestamp authority")
    return source


def _of_the_ca(leaf: bytes, *, since: datetime, at: datetime) -> tuple[bytes, bytes]:
    """The region's CA above the signer, and its list of no earlier than the signature's timestamp."""
    found = revocation_list_since(leaf_der=leaf, since=since, at=at)
    if found is None:
        raise DocumentWaitsError("document.timestamp_waits", "the signer's CA has no list of revoked certificates yet")
    return found


def _archived(pdf: bytes, source: TimestampSource, at: datetime) -> Archived:
    prepared = lay_out_archive_timestamp(pdf)
    token = source.ask(digest=prepared.digest, at=at)
    return Archived(pdf=finish_archive_timestamp(prepared, token=token.der), until=token.unit_ends_at)


@contextmanager
def _waiting() -> Iterator[None]:
    try:
        yield
    except (TimestampError, KeyUnavailableError) as error:
        _log.warning("a document waits for its timestamps: %s", error.code)
        raise DocumentWaitsError("document.timestamp_waits", "the document waits for its timestamps") from error
