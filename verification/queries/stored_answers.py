"""Answers already given, still sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.queries.compiled_read import CompiledRead
from verification.models import Lookup, StoredAnswer

TIMEOUT: Final = "peer.timeout"  # what a look-up is recorded under while another region's answer has not come

_ANSWER = CompiledRead(
    lambda given: StoredAnswer.objects.filter(scope=given("scope"), idempotency_key=given("key")).values_list(
        "lookup_id", "request_digest", "status", "key_subject", "sealed_answer", "at"
    )
)


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
    row = _ANSWER.first(scope=scope, key=idempotency_key)
    if row is None:
        return None
    lookup_id, request_digest, status, key_subject, sealed, at = row
    return SealedAnswer(
        lookup_id=lookup_id,
        request_digest=bytes(request_digest),
        status=status,
        key_subject=key_subject,
        sealed=bytes(sealed),
        at=at,
    )


def is_lookup(*, lookup_id: UUID) -> bool:
    """This will tell whether a look-up is recorded under this id."""
    return Lookup.objects.filter(pk=lookup_id).exists()


def open_timeout(*, lookup_id: UUID) -> bool | None:
    """This will tell whether the look-up under this id is a time-out that nothing completed yet; None where there is none."""
    completions = Lookup.objects.filter(completes=OuterRef("pk"))
    row = Lookup.objects.filter(pk=lookup_id).annotate(done=Exists(completions)).values_list("code", "done").first()
    return None if row is None else row[0] == TIMEOUT and not row[1]
