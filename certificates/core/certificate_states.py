"""The life of a certificate as one table: which act leads from which state to which, and what the status list says."""

from collections.abc import Mapping, Sequence
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

_ISSUED = Transition(state="valid", event="event.issued", status=Status.VALID)
_BY_EVENT: Mapping[str, Transition] = MappingProxyType({step.event: step for step in (_ISSUED, *TRANSITIONS.values())})
# The kinds of events after which nothing else can be true of a certificate.
ENDING_EVENTS: frozenset[str] = frozenset({_REVOKED.event, _SUPERSEDED.event})


def standing_after(events: Sequence[str]) -> Transition | None:
    """This will give where a certificate's events, in their order, have led; an ending one is final. None without a known event."""
    known = [event for event in events if event in _BY_EVENT]
    final = next((event for event in known if event in ENDING_EVENTS), known[-1] if known else None)
    return None if final is None else _BY_EVENT[final]


def transition(*, state: str, act: Act) -> Transition:
    """This will give where an act leads from a state; raises IssueError `issue.state` where it leads nowhere."""
    found = TRANSITIONS.get((state, act))
    if found is None:
        raise IssueError("issue.state", "the certificate is not in a state from which this can be done")
    return found
