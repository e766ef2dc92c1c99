"""The life of a certificate as one table: which act leads from which state to which, and what the status list says."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from certificates.core.errors import IssueError
from certificates.core.status_list import Status


class Act(StrEnum):
    """This will name what can be done to an issued certificate."""

    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"
    SUPERSEDE = "supersede"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """This will hold where an act leads, the kind of its log event, and the value that the status lists then show."""

    state: str
    event: str
    status: Status


_SUSPENDED = Transition(state="suspended", event="event.suspended", status=Status.SUSPENDED)
_REINSTATED = Transition(state="valid", event="event.reinstated", status=Status.VALID)
_REVOKED = Transition(state="revoked", event="event.revoked", status=Status.INVALID)
_SUPERSEDED = Transition(state="superseded", event="event.superseded", status=Status.INVALID)

# Nothing leads out of revoked, superseded or failed: a revoked licence is issued anew, never brought back.
TRANSITIONS: Mapping[tuple[str, Act], Transition] = MappingProxyType(
    {
        ("valid", Act.SUSPEND): _SUSPENDED,
        ("suspended", Act.REINSTATE): _REINSTATED,
        ("valid", Act.REVOKE): _REVOKED,
        ("suspended", Act.REVOKE): _REVOKED,
        ("valid", Act.SUPERSEDE): _SUPERSEDED,
    }
)


def transition(*, state: str, act: Act) -> Transition:
    """This will give where an act leads from a state; raises IssueError `issue.state` where it leads nowhere."""
    found = TRANSITIONS.get((state, act))
    if found is None:
        raise IssueError("issue.state", "the certificate is not in a state from which this can be done")
    return found
