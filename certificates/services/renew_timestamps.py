"""Renewing archive timestamps before what they rest on ends (ETSI EN 319 142-1 section 5.4.3, RFC 4998): a periodic job."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q

from certificates.adapters.document_store import read_file
from certificates.core.errors import CipherError, DocumentError, DocumentWaitsError
from certificates.core.sealed_places import certificate_subject, place
from certificates.models import Document
from certificates.services.replace_document import replace_document
from certificates.services.timestamp_document import STAMP_DIGEST, restamped

_MOST: Final = 20  # a turn: some two seconds; millions of documents that end together take the months that are set

_log = logging.getLogger(__name__)


def renew_timestamps(*, at: datetime) -> int:
    """This will give an archive timestamp more to released documents whose newest one rests on a certificate that ends soon, or on
    another digest than is used now, and count them; each is committed by itself, once, and stays what it was until then.

    Where the authority cannot be reached, the next turn tries again.
    """
    tsa = settings.NODE.tsa
    if tsa is None:
        return 0
    ends_soon = Q(stamped_until__lte=at + timedelta(days=tsa.renew_days))
    stamped = Document.objects.filter(state=Document.State.READY, level=Document.Level.B_LTA)
    due = stamped.filter(ends_soon | ~Q(stamped_with=STAMP_DIGEST)).order_by("stamped_until", "pk")
    count = 0
    for document in due[:_MOST]:
        try:
            count += _renewed(document, at)
        except DocumentWaitsError:
            break
        except (DocumentError, CipherError) as error:
            _log.error("the archive timestamp of document %s cannot be renewed: %s", document.pk, error.code)
    return count


def _renewed(document: Document, at: datetime) -> bool:
    sealed_as = place("Document", document.pk, "file")
    pdf = read_file(document.stored_name, subject=certificate_subject(document.certificate_id), place=sealed_as)
    data = restamped(pdf, document, at)
    return replace_document(document_id=document.pk, digest=document.digest, data=data, level=document.level, at=at)
