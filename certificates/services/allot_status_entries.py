"""Random places in the status lists for a new certificate."""

import secrets
from datetime import datetime
from uuid import UUID

from certificates.core import status_decoys
from certificates.core.status_bits import pack
from certificates.core.status_list import StatusReference
from certificates.models import StatusChange, StatusEntry, StatusList
from certificates.queries.status_lists import status_list_uri
from certificates.services.publish_status_list import publish_status_list

PURPOSES = ("credential", "seal")
COPY_PURPOSE = "copy"  # its list is opened with the first copy
LIST_SIZE = 2**17  # large enough that a place in it tells nothing about whose it is
_DRAWS = 16


def allot_status_entries(*, certificate_id: UUID, at: datetime) -> dict[str, StatusReference]:
    """This will add one entry a purpose, in the caller's transaction, and give their references by purpose.

    Two transactions that draw the same place end in an IntegrityError of the later one, which then tries again whole.
    """
    return {purpose: _allot(certificate_id, purpose, at) for purpose in PURPOSES}


def allot_copy_entry(*, certificate_id: UUID, copy_id: int, at: datetime) -> StatusReference:
    """This will add the entry of a purpose copy, in a list of copies, under its licence: as `allot_status_entries`."""
    return _allot(certificate_id, COPY_PURPOSE, at, copy_id)


def ensure_status_lists(*, at: datetime) -> None:
    """This will open and publish a list for each purpose that has none open."""
    for purpose in PURPOSES:
        _open_list(purpose, at)


def _allot(certificate_id: UUID, purpose: str, at: datetime, copy_id: int | None = None) -> StatusReference:
    status_list = _open_list(purpose, at)
    index = _free_index(status_list)
    if index is None:
        # Sixteen draws in vain mean a list that is almost full: it stays published, new licences go to the next one.
        StatusList.objects.filter(pk=status_list.pk).update(is_open=False)
        status_list = _open_list(purpose, at)
        index = _free_index(status_list)
        assert index is not None  # of a new list all but the decoys is free
    StatusEntry.objects.create(
        status_list=status_list, index=index, certificate_id=certificate_id, purpose=purpose, copy_id=copy_id
    )
    return StatusReference(uri=status_list_uri(status_list_id=status_list.pk), index=index)


def _open_list(purpose: str, at: datetime) -> StatusList:
    found = StatusList.objects.defer("packed").filter(purpose=purpose, is_open=True).order_by("pk").first()
    return _new_list(purpose, at) if found is None else found


def _new_list(purpose: str, at: datetime) -> StatusList:
    decoys = status_decoys.draw_decoys(size=LIST_SIZE, below=secrets.randbelow)
    values = status_decoys.first_values(decoys, below=secrets.randbelow)
    row = StatusList.objects.create(
        purpose=purpose,
        size=LIST_SIZE,
        packed=pack(values, size=LIST_SIZE),
        decoys=status_decoys.stored(decoys),
        checked_at=at,
        created_at=at,
    )
    StatusChange.objects.bulk_create(
        StatusChange(status_list=row, index=index, value=value, at=at) for index, value in values.items()
    )
    publish_status_list(status_list_id=row.pk, at=at, changes={})
    return row


def _free_index(status_list: StatusList) -> int | None:
    decoys = status_decoys.read_stored(bytes(status_list.decoys))
    draws = [secrets.randbelow(status_list.size) for _ in range(_DRAWS)]
    used = set(StatusEntry.objects.filter(status_list=status_list, index__in=draws).values_list("index", flat=True))
    used.update(decoys)
    return next((index for index in draws if index not in used), None)
