"""The published status lists of this node."""

from typing import Any
from uuid import UUID

from django.conf import settings

from certificates.models import StatusEntry, StatusList, StatusToken

_LAST_ID = 2**31 - 1  # larger numbers in an address are nobody's, and more than a database takes


def status_list_uri(*, status_list_id: int) -> str:
    """This will give the address of a list, as credentials name it."""
    return f"{settings.NODE.node_url}/status-lists/{status_list_id}"


def aggregation_uri() -> str:
    """This will give the address under which all lists are named (section 9 of the standard)."""
    return f"{settings.NODE.node_url}/status-lists"


def status_token(*, status_list_id: int) -> str | None:
    """This will give the newest signed version of a list as a JWT, or None where there is no such list."""
    found: str | None = _newest(status_list_id, "token")
    return found


def status_cwt(*, status_list_id: int) -> bytes | None:
    """This will give the newest signed version of a list as a CWT, or None where there is no such list."""
    found = _newest(status_list_id, "cwt")
    return None if found is None else bytes(found)


def status_list_uris() -> tuple[str, ...]:
    """This will name every list of this node."""
    ids = StatusList.objects.order_by("pk").values_list("pk", flat=True)
    return tuple(status_list_uri(status_list_id=list_id) for list_id in ids)


def _newest(status_list_id: int, form: str) -> Any:
    if status_list_id > _LAST_ID:
        return None
    newest = StatusToken.objects.filter(status_list=status_list_id).order_by("-iat")
    return newest.values_list(form, flat=True).first()


def own_status_list_id(*, uri: str) -> int | None:
    """This will give the number of the list under an address of this node, or None for any other address."""
    head, _, number = uri.rpartition("/")
    if head != f"{settings.NODE.node_url}/status-lists" or len(number) > len(str(_LAST_ID)):
        return None
    if not (number.isascii() and number.isdecimal()):
        return None
    return int(number) if number == str(int(number)) else None


def own_status(*, certificate_id: UUID) -> int | None:
    """This will give the status value of a certificate's credential (0 valid, 1 invalid, 2 suspended), None if unknown."""
    entry = StatusEntry.objects.filter(certificate=certificate_id, purpose="credential")
    return entry.values_list("value", flat=True).first()
