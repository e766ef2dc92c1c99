"""The signed heads of this node's log, as kept and as handed out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from verification.core.checkpoint import add_signature_lines
from verification.models import Checkpoint, Cosignature


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCheckpoint:
    """This will hold a head of the log; `note` is the signed note with the cosignature lines had so far."""

    size: int
    root: bytes
    note: bytes
    at: datetime
    witnesses: frozenset[str]


def latest_checkpoint() -> StoredCheckpoint | None:
    """This will give the newest head, cosigned or not; None before the first batch."""
    return _stored(Checkpoint.objects.order_by("-size").first())


def checkpoint_over(*, index: int) -> StoredCheckpoint | None:
    """This will give the newest cosigned head that includes the leaf, else the newest head, or None where no head does."""
    reaching = Checkpoint.objects.filter(size__gt=index).order_by("-size")
    return _stored(reaching.filter(cosignatures__isnull=False).first() or reaching.first())


def latest_cosigned_sizes() -> dict[str, int]:
    """This will give, by witness, the size of our newest head that it cosigned."""
    rows: Iterable[tuple[str, int]] = (
        Cosignature.objects.values_list("witness").annotate(size=Max("checkpoint__size")).values_list("witness", "size")
    )
    return dict(rows)


def _stored(row: Checkpoint | None) -> StoredCheckpoint | None:
    if row is None:
        return None
    lines = dict(row.cosignatures.order_by("pk").values_list("witness", "line"))
    note = row.note.encode()
    return StoredCheckpoint(
        size=row.size,
        root=bytes(row.root),
        note=add_signature_lines(note, lines=lines.values()) if lines else note,
        at=row.at,
        witnesses=frozenset(lines),
    )
