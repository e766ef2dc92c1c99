"""Answers already given, still sealed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from verification.models import Lookup, StoredAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAnswer:
    """This will hold an answer as stored: `sealed` opens under `key_subject` only."""

    lookup_id: UUID
    request_digest: bytes
    status: int
    key_subject: str
    sealed: bytes
    at: datetime


def stored_answer(*, scope: str, idempotency_key: str) -> SealedAnswer | None:
    """This will give the answer that a caller or peer was given under a key, or None."""
    row = StoredAnswer.objects.filter(scope=scope, idempotency_key=idempotency_key).first()
    if row is None:
        return None
    return SealedAnswer(
        lookup_id=row.lookup_id,
        request_digest=bytes(row.request_digest),
        status=row.status,
        key_subject=row.key_subject,
        sealed=bytes(row.sealed_answer),
        at=row.at,
    )


def is_lookup(*, lookup_id: UUID) -> bool:
    """This will tell whether a look-up is recorded under this id."""
    return Lookup.objects.filter(pk=lookup_id).exists()
