"""Taking up held documents again, when what held them was mended."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction

from certificates.adapters.task_nudge import nudge
from certificates.core.errors import ERASED_CODES
from certificates.models import Document

_FOR_GOOD: Final = frozenset(
    {*ERASED_CODES, "document.licence_ended", "copy.licence_ended", "copy.revoked", "copy.expired"}
)


def retry_documents(*, document_ids: Collection[int], at: datetime) -> tuple[int, ...]:
    """This will put held documents back to where they were, and give the ids of those that it did.

    One that was signed waits again, with its signature; any other is pending. What was erased, and the file of a licence or copy
    that has ended, stays as it is: nothing could come of it.
    """
    with transaction.atomic():
        held = Document.objects.select_for_update().filter(pk__in=document_ids, state=Document.State.HELD)
        taken = tuple(held.exclude(held_code__in=_FOR_GOOD).values_list("pk", flat=True))
        for state, is_unsigned in ((Document.State.PENDING, True), (Document.State.WAITING, False)):
            rows = Document.objects.filter(pk__in=taken, sealed_signed__isnull=is_unsigned)
            rows.update(state=state, held_code="", attempts=0, nudged_at=at, token_expires_at=None)
    for document_id in taken:
        nudge("certificates.render_document", document_id=document_id)
    return taken
