"""The audit of signed heads: each is checked when the recomputed tree has reached its size."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from verification.core.audit_report import Finding
from verification.core.checkpoint import add_signature_lines, verify_checkpoint, verify_cosignature
from verification.core.errors import LogError
from verification.core.log_names import log_origin
from verification.core.note import NoteKey
from verification.models import Checkpoint
from verification.services.trusted_log_keys import trusted_added_keys, trusted_log_keys


class HeadAudit:
    """This will walk through the stored heads in order of size, beside a walk through the leaves."""

    def __init__(self, *, size: int, witnesses: Mapping[str, NoteKey], at: datetime) -> None:
        """This will begin before the first head; `witnesses` are the known keys by name."""
        self._heads = Checkpoint.objects.filter(size__lte=size).order_by("size").iterator(chunk_size=1000)
        self._origin = log_origin(settings.NODE.region)
        self._keys = trusted_log_keys(at=at)
        self._added_keys = trusted_added_keys(at=at)
        self._witnesses = witnesses
        self._next = next(self._heads, None)
        self._good = 0  # the size of the last head whose root held
        self.checkpoints = 0
        self.cosignatures = 0

    @property
    def next_size(self) -> int | None:
        """This will give the size of the next head to check, None after the last."""
        return self._next.size if self._next else None

    def check(self, *, root: bytes | None) -> list[Finding]:
        """This will check the next head against the recomputed root (None: the leaves are already known to be bad), and go on."""
        head = self._next
        if head is None:
            return []
        self._next = next(self._heads, None)
        self.checkpoints += 1
        findings = self._signature_findings(head)
        if root is not None and root != bytes(head.root):
            text = f"The head of {head.size} leaves has another root: the first bad entry is between {self._good} and {head.size - 1}."
            findings.append(Finding(code="checkpoint.root", text=text, index=self._good))
        elif root is not None:
            self._good = head.size
        return findings

    def _signature_findings(self, head: Checkpoint) -> list[Finding]:
        if not any(self._signed(head, key) for key in self._keys):
            text = f"The head of {head.size} leaves is not signed by a key of this log, or says otherwise than its row."
            return [Finding(code="checkpoint.signature", text=text)]
        return [
            finding
            for row in head.cosignatures.all()
            for finding in self._cosignature_findings(head, row.witness, row.line)
        ]

    def _signed(self, head: Checkpoint, key: NoteKey) -> bool:
        try:
            said = verify_checkpoint(head.note.encode(), origin=self._origin, key=key, added=self._added_keys)
        except LogError:
            return False
        return (said.size, said.root) == (head.size, bytes(head.root))

    def _cosignature_findings(self, head: Checkpoint, witness: str, line: str) -> list[Finding]:
        key = self._witnesses.get(witness)
        if key is None:
            return []
        try:
            verify_cosignature(add_signature_lines(head.note.encode(), lines=[line]), key=key)
        except LogError:
            return [
                Finding(code="cosignature.bad", text=f"A cosignature on the head of {head.size} leaves does not hold.")
            ]
        self.cosignatures += 1
        return []
