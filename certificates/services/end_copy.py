"""A purpose copy ends alone, in its caller's transaction; the licence, its own codes and its other copies stay as they are."""

from datetime import datetime

from certificates.core.status_list import Status
from certificates.models import Certificate, PurposeCopy, StatusEntry
from certificates.services.publish_status_list import publish_status_list


def end_copy(*, copy: PurposeCopy, at: datetime) -> bool:
    """This will write revocation, status entry and newly signed list; False, and nothing done, for a copy that is revoked already."""
    # The licence's row first, as every act on it takes it: a copy revoked now is never set back by a reinstatement.
    Certificate.objects.select_for_update(of=("self",)).get(pk=copy.certificate_id)
    if not PurposeCopy.objects.filter(pk=copy.pk, revoked_at__isnull=True).update(revoked_at=at):
        return False
    entry = StatusEntry.objects.get(copy=copy)
    StatusEntry.objects.filter(pk=entry.pk).update(value=int(Status.INVALID))
    publish_status_list(status_list_id=entry.status_list_id, changes={entry.index: int(Status.INVALID)}, at=at)
    return True
