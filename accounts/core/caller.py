"""Who is asking: built once at the edge from the session or the client's key, then passed in to every service."""

from dataclasses import dataclass, field
from uuid import UUID

from accounts.core.permissions import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """This will name the person at the counter, the post and the unit, as every recorded look must."""

    name: str = field(repr=False)
    post: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """This will hold an authenticated caller: `kind` is the role, `scopes` narrow an agency's system only.

    Of a holder only the opaque `holder_id` is kept; names stay out of reprs, so that no log line can hold one.
    """

    kind: Role
    principal_id: str
    agency_uscc: str | None = None
    agency_name: str | None = None
    holder_id: UUID | None = None
    operator: Operator | None = None
    scopes: frozenset[str] = frozenset()
