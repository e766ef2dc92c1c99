"""One leaf's proof under one head, as anybody may ask for it."""

from dataclasses import dataclass

from verification.models import LogLeaf
from verification.queries.log_checkpoint import checkpoint_over
from verification.queries.log_tree import inclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class LogProof:
    """This will hold where a leaf stands, its audit path, and the head (with cosignatures) that the path leads to."""

    index: int
    size: int
    proof: tuple[bytes, ...]
    checkpoint: bytes


def log_proof(*, leaf_hash: bytes) -> LogProof | None:
    """This will prove a leaf under the newest cosigned head that holds it (else the newest head); None where no head does."""
    index = LogLeaf.objects.filter(leaf_hash=leaf_hash).values_list("index", flat=True).first()
    head = checkpoint_over(index=index) if index is not None else None
    found = inclusion(leaf_hash=leaf_hash, size=head.size) if head is not None else None
    if head is None or found is None:
        return None
    return LogProof(index=found.index, size=found.size, proof=found.proof, checkpoint=head.note)
