"""Sending lost document tasks again, whatever the document still needs."""

from datetime import datetime, timedelta

from django.db.models import Q

from certificates.adapters.task_nudge import nudge
from certificates.models import Document
from certificates.services.render_document import OPEN_STATES

AGAIN_AFTER = timedelta(seconds=60)
WAITS_AT_MOST = timedelta(hours=24)
_MOST_ATTEMPTS = 10  # ten minutes of trying: then a person looks
_MOST = 200


def sweep_documents(*, at: datetime) -> int:
    """This will nudge every unfinished document that nobody was told of for a minute, and count them; each nudge is noted.

    Held for people to look at: one whose work ended ten times without a word (`document.attempts`), and one that was signed a day ago and
    still waits (`document.waited`).
    """
    unfinished = Document.objects.filter(state__in=OPEN_STATES)
    unfinished.filter(attempts__gte=_MOST_ATTEMPTS).update(state=Document.State.HELD, held_code="document.attempts")
    waiting = Document.objects.filter(state=Document.State.WAITING)
    waiting.filter(signed_at__lte=at - WAITS_AT_MOST).update(state=Document.State.HELD, held_code="document.waited")
    due = unfinished.filter(Q(nudged_at__isnull=True) | Q(nudged_at__lte=at - AGAIN_AFTER)).order_by("pk")
    ids = tuple(due.values_list("pk", flat=True)[:_MOST])
    for document_id in ids:
        if nudge("certificates.render_document", document_id=document_id):
            Document.objects.filter(pk=document_id, state__in=OPEN_STATES).update(nudged_at=at)
    return len(ids)
