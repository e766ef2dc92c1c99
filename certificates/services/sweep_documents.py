"""Sending lost document tasks again, whatever the document still needs."""

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from certificates.adapters.task_nudge import nudge
from certificates.models import Document
from certificates.queries.waiting_documents import waited_in_vain

AGAIN_AFTER = timedelta(seconds=60)
WAITS_AT_MOST = timedelta(hours=24)
_MOST_ATTEMPTS = 10  # ten minutes of trying: then a person looks
_MOST_A_TURN = 10  # every two seconds: a backlog must not become a heap of messages about itself
_MOST_PROBES = 5  # a minute: documents that find out whether a timestamp authority answers again


def sweep_documents(*, at: datetime) -> int:
    """This will nudge unfinished documents that nobody was told of for a minute, and count them; each nudge is noted.

    Held for people to look at: one whose work ended ten times without a word (`document.attempts`), and one that was signed a day ago and
    still waits (`document.waited`).
    """
    pending = Document.objects.filter(state=Document.State.PENDING)
    waiting = Document.objects.filter(state=Document.State.WAITING)
    for unfinished in (pending, waiting):
        unfinished.filter(attempts__gte=_MOST_ATTEMPTS).update(state=Document.State.HELD, held_code="document.attempts")
    # Only what was tried in vain: one that a person has taken up again gets its try.
    overdue = waiting.filter(signed_at__lte=at - WAITS_AT_MOST).exclude(held_code="")
    overdue.update(state=Document.State.HELD, held_code="document.waited")
    return _nudged(pending, most=_MOST_A_TURN, at=at) + _nudged(waiting, most=_probes(waiting, at), at=at)


def _probes(waiting: QuerySet[Document], at: datetime) -> int:
    if not waited_in_vain(at=at):
        return _MOST_A_TURN
    return max(0, _MOST_PROBES - waiting.filter(nudged_at__gt=at - AGAIN_AFTER).count())


def _nudged(unfinished: QuerySet[Document], *, most: int, at: datetime) -> int:
    due = unfinished.filter(Q(nudged_at__isnull=True) | Q(nudged_at__lte=at - AGAIN_AFTER)).order_by(
        F("nudged_at").asc(nulls_first=True), "pk"
    )
    ids = tuple(due.values_list("pk", flat=True)[:most])
    for document_id in ids:
        if nudge("certificates.render_document", document_id=document_id):
            unfinished.filter(pk=document_id).update(nudged_at=at)
    return len(ids)
