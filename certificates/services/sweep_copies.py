"""Removing the files of purpose copies that nobody may have any more."""

from datetime import datetime

from django.db.models import Q

from certificates.models import Document
from certificates.services.drop_copy_file import drop_copy_file

_MOST = 200  # the rest with the next sweep, some seconds later
_ENDED = ("revoked", "superseded")


def sweep_copies(*, at: datetime) -> int:
    """This will remove the file of every copy that has expired, was revoked, or whose licence has ended, and count them."""
    gone = Q(copy__expires_at__lte=at) | Q(copy__revoked_at__isnull=False) | Q(certificate__state__in=_ENDED)
    # A copy that was held while it was made has no file, and yet a statement.
    done = {
        "state": Document.State.HELD,
        "stored_name": "",
        "copy__sealed_credential": None,
        "copy__sealed_bytes": None,
    }
    kept = Document.objects.filter(copy__isnull=False).exclude(**done)
    due = tuple(kept.filter(gone).order_by("pk").values_list("copy_id", "copy__revoked_at", "copy__expires_at")[:_MOST])
    for copy_id, revoked_at, expires_at in due:
        over = "copy.expired" if expires_at <= at else "copy.licence_ended"
        drop_copy_file(copy_id=copy_id, code="copy.revoked" if revoked_at is not None else over)
    return len(due)
