"""Do the bits of a status list say what entries and events say?"""

from collections.abc import Mapping
from dataclasses import dataclass

from certificates.core import status_decoys
from certificates.core.certificate_states import ENDING_EVENTS
from certificates.core.status_bits import BITS, StatusBits
from certificates.core.status_list import Status
from certificates.models import StatusEntry, StatusList


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreements:
    """This will hold what has to change in a list's bits, value by index, and the indices whose entries were set back."""

    changes: Mapping[int, int]
    set_back: frozenset[int]

    @property
    def indices(self) -> frozenset[int]:
        """This will name every place at which something disagrees."""
        return self.set_back | self.changes.keys()


def disagreements(row: StatusList) -> Disagreements:
    """This will hold a list's bits against entries and events, at a cost that grows with what is set, not with the list.

    What was revoked or superseded is invalid, whatever its entry or the bits say, and what the bits hold for invalid stays so:
    revocation is one-way.
    """
    marked = StatusBits(bits=BITS, data=bytes(row.packed)).marked()
    entries = StatusEntry.objects.filter(status_list=row)
    stated = dict(entries.exclude(value=Status.VALID).values_list("index", "value"))
    ended = frozenset(entries.filter(certificate__events__kind__in=ENDING_EVENTS).values_list("index", flat=True))
    wanted = stated | dict.fromkeys(ended, int(Status.INVALID))
    decoys = frozenset(status_decoys.read_stored(bytes(row.decoys)))
    lifted = dict.fromkeys(marked.keys() - wanted.keys() - decoys, int(Status.VALID))
    held = {index: marked.get(index, 0) for index in (*wanted, *lifted)}
    return Disagreements(
        changes={
            index: value for index, value in (lifted | wanted).items() if held[index] not in (value, Status.INVALID)
        },
        set_back=frozenset(index for index in ended if stated.get(index) != Status.INVALID),
    )
