"""Which agencies belong to this node, and which of them look licences up."""

from accounts.models import Agency
from accounts.queries.compiled_read import CompiledRead

_RELIES = CompiledRead(lambda given: Agency.objects.filter(uscc=given("uscc")).values_list("relies"))


def is_own_agency(*, uscc: str) -> bool:
    """This will tell whether an agency of this node, active or not, has this USCC."""
    return _RELIES.first(uscc=uscc) is not None


def agency_relies(*, uscc: str) -> bool:
    """This will tell whether the agency is one of this node's that may look licences up."""
    row = _RELIES.first(uscc=uscc)
    return row is not None and bool(row[0])
