"""What is handed out of a purpose copy, and what the entry about it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from certificates.core.sd_jwt_format import Shown
from certificates.services.copy_lines import CopyLine
from verification.core.copy_members import copy_members
from verification.services.read_own_credential import read_own_credential


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFile:
    """This will hold the file's bytes, the copy's number, and the look-up under which the hand-out stands."""

    lookup_id: UUID
    number: str
    data: bytes = field(repr=False)


def copied_values(*, line: CopyLine, at: datetime) -> Mapping[str, Shown]:
    """This will give what the copy shows, as the licence's own credential signs it."""
    return read_own_credential(certificate_id=line.certificate_id, grains=line.grains, at=at).shown


def line_members(*, line: CopyLine) -> dict[str, object]:
    """This will give the members that name the copy."""
    return copy_members(number=line.number, recipient=line.recipient, expires_at=line.expires_at)
