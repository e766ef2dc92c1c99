"""Renewing archive timestamps before what they rest on ends (ETSI EN 319 142-1 section 5.4.3, RFC 4998): a periodic job."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import F, Max, Q

from certificates.adapters.document_store import read_file
from certificates.core.errors import CipherError, DocumentError, DocumentWaitsError
from certificates.core.sealed_places import certificate_subject, place
from certificates.models import Document
from certificates.services.replace_document import replace_document
from certificates.services.timestamp_document import STAMP_DIGEST, restamped

_MOST: Final = 20  # a turn: some two seconds; millions of documents that end together take the months that are set
ASK_AGAIN: Final = timedelta(hours=1)  # an authority whose unit ends as early as what it stamped before

_log = logging.getLogger(__name__)


def renew_timestamps(*, at: datetime) -> int:
    """This will give an archive timestamp more to released documents whose newest one rests on a certificate that ends soon, or on
    another digest than is used now, and count them; each is committed by itself, once, and stays what it was until then.

    A timestamp that would last no longer than the one it covers is not added: the authority is asked again an hour later. Where it cannot
    be reached, the next turn tries again.
    """
    tsa = settings.NODE.tsa
    if tsa is None:
        return 0
    count = 0
    for document in _due(at + timedelta(days=tsa.renew_days), at):
        try:
            count += _renewed(document, at)
        except DocumentWaitsError:
            break
        except (DocumentError, CipherError) as error:
            _log.error("the archive timestamp of document %s cannot be renewed: %s", document.pk, error.code)
            _tried(document, at)
    return count


def _due(soon: datetime, at: datetime) -> tuple[Document, ...]:
    """Those tried longest ago first: some that cannot be renewed must not stand in the way of all others."""
    stamped = Document.objects.filter(state=Document.State.READY, level=Document.Level.B_LTA)
    longest = stamped.aggregate(until=Max("stamped_until"))["until"]
    if longest is None:
        return ()
    order = (F("nudged_at").asc(nulls_first=True), "pk")
    tried = Q(nudged_at__gt=at - ASK_AGAIN)
    ends_soon = stamped.filter(stamped_until__lte=soon, stamped_with=STAMP_DIGEST)
    outlived = ends_soon.filter(stamped_until__lt=longest).exclude(tried) | stamped.exclude(stamped_with=STAMP_DIGEST)
    found = tuple(outlived.order_by(*order)[:_MOST])
    # As far as is known the authority has no unit that ends later than these: one of them an hour finds out.
    last = ends_soon.filter(stamped_until=longest)
    return found or (() if last.filter(tried).exists() else tuple(last.order_by(*order)[:1]))


def _renewed(document: Document, at: datetime) -> bool:
    sealed_as = place("Document", document.pk, "file")
    subject = certificate_subject(document.certificate_id)
    pdf = read_file(document.stored_name, digest=document.digest, subject=subject, place=sealed_as)
    archived = restamped(pdf, at=at)
    is_longer = document.stamped_until is None or archived.until > document.stamped_until
    if not is_longer and document.stamped_with == STAMP_DIGEST:
        _tried(document, at)
        return False
    return replace_document(
        document_id=document.pk,
        digest=document.digest,
        data=archived.pdf,
        level=document.level,
        stamped_until=archived.until,
        at=at,
    )


def _tried(document: Document, at: datetime) -> None:
    Document.objects.filter(pk=document.pk, stored_name=document.stored_name).update(nudged_at=at)
