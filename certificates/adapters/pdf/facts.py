"""What a document proves, and whom its reader is told to trust: plain values that can cross from one process to another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    """This will name what a signature brings along (ETSI EN 319 142-1): nothing, a time, or all that proves it for decades."""

    B = "B-B"
    T = "B-T"
    LTA = "B-LTA"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustAnchor:
    """This will hold a CA's certificate (DER) and when it may vouch: from inclusive, to exclusive (None: open)."""

    der: bytes
    valid_from: datetime
    valid_to: datetime | None = None

    def in_force(self, at: datetime) -> bool:
        """This will tell whether the CA may vouch for what was signed at that moment."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """This will hold what was found in a document of the strict profile: certified with P=1, whole, inert.

    `proven_at` is the earliest moment that a trusted timestamp proves the signature for, None where none does; `doubt` the code
    of what leaves a timestamp open. `signer_trusted` says whether the signer's path led to a CA in force at `proven_at`, or
    else at the moment of reading; `signing_time` is the signer's own claim. `revocation_lists` are the lists (DER) that the
    file carries, not yet verified. `credential`, `code` and `licence_type` (JSON) are carried, still to be verified by
    themselves; `photo` is the text that stands for the carried `picture` ("sha256:" and its digest); `printed` is the text of
    the pages, read only from a trusted signer's file. `receipt` and `openings` are carried by an archived receipt,
    which is no licence. `seal_maker` is the certificate (DER) of who made
    an OFD's seal.
    """

    level: Level
    signer_trusted: bool
    signer_leaf: bytes = field(repr=False)
    signing_time: datetime | None = None
    proven_at: datetime | None = None
    doubt: str | None = None
    revocation_lists: tuple[bytes, ...] = field(default=(), repr=False)
    timestamp_count: int = 0
    credential: str | None = field(default=None, repr=False)
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)
    code: str | None = field(default=None, repr=False)
    licence_type: bytes | None = field(default=None, repr=False)
    photo: str | None = field(default=None, repr=False)
    picture: bytes | None = field(default=None, repr=False)
    printed: str | None = field(default=None, repr=False)
    receipt: bytes | None = field(default=None, repr=False)
    openings: bytes | None = field(default=None, repr=False)
    seal_maker: bytes | None = field(default=None, repr=False)
