"""Sending lost document tasks again."""

from datetime import datetime, timedelta

from django.db.models import Q

from certificates.adapters.task_nudge import nudge
from certificates.models import Document

AGAIN_AFTER = timedelta(seconds=60)
_MOST_ATTEMPTS = 10  # ten minutes of trying: then a person looks
_MOST = 200


def sweep_documents(*, at: datetime) -> int:
    """This will nudge every pending document that nobody was told of for a minute, and count them; each nudge is noted.

    One that failed ten times is held with `document.attempts`, for people to look at.
    """
    pending = Document.objects.filter(state=Document.State.PENDING)
    pending.filter(attempts__gte=_MOST_ATTEMPTS).update(state=Document.State.HELD, held_code="document.attempts")
    due = pending.filter(Q(nudged_at__isnull=True) | Q(nudged_at__lte=at - AGAIN_AFTER)).order_by("pk")
    ids = tuple(due.values_list("pk", flat=True)[:_MOST])
    for document_id in ids:
        if nudge("certificates.render_document", document_id=document_id):
            Document.objects.filter(pk=document_id, state=Document.State.PENDING).update(nudged_at=at)
    return len(ids)
