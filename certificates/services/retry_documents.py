"""Taking up held documents again, when what held them was mended."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from certificates.adapters.task_nudge import nudge
from certificates.core.errors import ERASED_CODES
from certificates.models import Document


def retry_documents(*, document_ids: Collection[int], at: datetime) -> tuple[int, ...]:
    """This will put held documents back to where they were, and give the ids of those that it did.

    One that was signed waits again, with its signature; any other is pending. What was erased stays as it is.
    """
    with transaction.atomic():
        held = Document.objects.select_for_update().filter(pk__in=document_ids, state=Document.State.HELD)
        taken = tuple(held.exclude(held_code__in=ERASED_CODES).values_list("pk", flat=True))
        for state, is_unsigned in ((Document.State.PENDING, True), (Document.State.WAITING, False)):
            rows = Document.objects.filter(pk__in=taken, sealed_signed__isnull=is_unsigned)
            rows.update(state=state, held_code="", attempts=0, nudged_at=at, token_expires_at=None)
    for document_id in taken:
        nudge("certificates.render_document", document_id=document_id)
    return taken
