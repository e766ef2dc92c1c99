"""The witnesses of a log: every other region's node that the trust list names as one."""

from dataclasses import dataclass

from verification.core.note import NoteKey, parse_vkey
from verification.core.trust_list import TrustList


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessAddress:
    """This will hold a witness's key and the URL of the node that is the witness."""

    key: NoteKey
    node_url: str


def witnesses_of(*, trust_list: TrustList, region: str) -> tuple[WitnessAddress, ...]:
    """This will give the witnesses of a region's log: those that all other regions run, since nobody witnesses itself.

    Raises LogError `log.note.key` for a verifier key that is not a witness's.
    """
    return tuple(
        WitnessAddress(key=parse_vkey(witness.vkey), node_url=other.node_url)
        for other in trust_list.regions.values()
        if other.code != region
        for witness in other.witnesses
    )
