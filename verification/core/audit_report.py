"""What an audit of the log found; nothing found is the only clean result."""

from dataclasses import dataclass
from typing import Final

MOST_FINDINGS: Final = 200  # one bad entry can spoil all that follows; a report is for people


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """This will name one disagreement: `index` of the leaf where one is concerned, a stable code, and a sentence without values."""

    code: str
    text: str
    index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """This will hold the result of an audit over the first `size` leaves."""

    size: int
    checkpoints: int
    cosignatures: int
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """This will tell whether nothing was found."""
        return not self.findings

    @property
    def first_bad(self) -> Finding | None:
        """This will give the finding of the lowest leaf, or else the first one; None where all is clean."""
        at_leaves = [finding for finding in self.findings if finding.index is not None]
        return min(at_leaves, key=lambda finding: finding.index or 0) if at_leaves else next(iter(self.findings), None)
