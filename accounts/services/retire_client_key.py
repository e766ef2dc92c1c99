"""Ending a key of an agency's system: tokens obtained with it end at the same moment."""

from datetime import datetime

from django.db import transaction

from accounts.core.errors import RecordError
from accounts.models import ApiClientKey


def retire_client_key(*, client_id: str, kid: str, at: datetime, to_at: datetime | None = None) -> None:
    """This will commit the moment from which a key is good for nothing: `to_at`, or now; an end once set only comes forward.

    Raises RecordError `api_client.unknown|dates|key_ended`.
    """
    end = to_at or at
    if end < at:
        raise RecordError("api_client.dates", "a key ends now or later: what it did stands")
    with transaction.atomic():
        row = ApiClientKey.objects.select_for_update().filter(client__client_id=client_id, kid=kid).first()
        if row is None:
            raise RecordError("api_client.unknown", "there is no such key")
        if row.to_at is not None and end > row.to_at:
            raise RecordError("api_client.key_ended", "an end is not put off: add another key")
        row.to_at = max(end, row.from_at)  # a key that never began ends as it would begin
        row.save(update_fields=["to_at"])
