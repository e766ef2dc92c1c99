"""Handing a look-up's receipt to its parties: completed with the proof once the tree holds the entry, the promise before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from accounts.core.caller import Caller
from verification.core.errors import ReceiptError
from verification.core.receipt import complete_receipt
from verification.models import LogEntry, Lookup
from verification.queries.log_checkpoint import checkpoint_over
from verification.queries.log_tree import inclusion
from verification.queries.lookup_parties import is_party
from verification.services.sign_receipt import sign_receipt

_JWS_DOTS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupReceipt:
    """This will hold a receipt: canonical JSON when `completed`, else the signed promise (one line of ASCII)."""

    content: bytes
    completed: bool
    cosigned_by: int

    @property
    def file_type(self) -> tuple[str, str]:
        """This will be the ending of a file that holds it, and its media type."""
        if self.completed:
            return "json", "application/json"
        is_jws = self.content.count(b".") == _JWS_DOTS  # signed by itself, not in a batch
        return ("jwt", "application/jwt") if is_jws else ("txt", "text/plain")


def lookup_receipt(*, caller: Caller, lookup_id: UUID, at: datetime) -> LookupReceipt:
    """This will give the receipt to who asked for the look-up, or to the holder it was about; writes nothing.

    Raises ReceiptError `receipt.unknown` alike for a look-up that does not exist and for one of others.
    """
    lookup = Lookup.objects.filter(pk=lookup_id).first()
    if lookup is None or not is_party(caller=caller, lookup_id=lookup_id, asked_by=lookup.caller, at=at):
        raise ReceiptError("receipt.unknown", "There is no such look-up of yours.")
    return receipt_of(lookup_id=lookup_id)


def receipt_of(*, lookup_id: UUID) -> LookupReceipt:
    """This will give the receipt of a recorded look-up to a caller who was already found to be a party of it."""
    entry = LogEntry.objects.select_related("log_leaf").get(lookup_id=lookup_id)
    leaf = getattr(entry, "log_leaf", None)
    promise = sign_receipt(lookup_id=lookup_id, entry=bytes(entry.leaf), at=entry.at)
    head = checkpoint_over(index=leaf.index) if leaf is not None else None
    proof = inclusion(leaf_hash=bytes(entry.leaf_hash), size=head.size) if head is not None else None
    if head is None or proof is None:
        return LookupReceipt(content=promise.encode("ascii"), completed=False, cosigned_by=0)
    content = complete_receipt(
        receipt=promise, index=proof.index, size=proof.size, proof=proof.proof, checkpoint=head.note
    )
    return LookupReceipt(content=content, completed=True, cosigned_by=len(head.witnesses))
