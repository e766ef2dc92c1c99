"""One request at a counter on its way to an answer: who, what, under which key, and the answer given earlier."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import orjson
from django.db import IntegrityError, transaction

from accounts.adapters.compiled_insert import CompiledInsert
from accounts.adapters.write_turn import write_turn
from accounts.core.caller import Caller
from accounts.core.permissions import Role
from certificates.adapters.blind_index import blind_index
from certificates.adapters.field_cipher import decrypt, seal
from certificates.core.errors import ERASED_CODES, CipherError
from verification.core.errors import PolicyError
from verification.core.matters import Matter
from verification.core.repeats import is_repeat
from verification.core.verification_request import VerificationRequest
from verification.models import StoredAnswer
from verification.queries.lookup_parties import caller_name
from verification.queries.stored_answers import stored_answer

_UUID_BYTES: Final = 16
_ANSWER: Final = CompiledInsert(StoredAnswer)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationAnswer:
    """This will hold an HTTP status and the body's members; a repeat under the same key gives the same ones."""

    status: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """This will hold a request under its Idempotency-Key; `matter` is None until the request was found permitted."""

    caller: Caller
    request: VerificationRequest
    digest: bytes
    idempotency_key: str
    lookup_id: UUID
    at: datetime
    matter: Matter | None = None

    @property
    def caller_name(self) -> str:
        """This will name the caller as look-ups store it, which is also whose Idempotency-Keys these are."""
        return caller_name(self.caller)

    @property
    def agency_uscc(self) -> str:
        """This will be the asking agency's USCC."""
        return self.caller.agency_uscc or ""


def ask(
    *, caller: Caller, request: VerificationRequest, idempotency_key: str, at: datetime, document_digest: bytes = b""
) -> Asked:
    """This will take a request in hand, under a look-up id of its own; raises PolicyError `idempotency.missing`."""
    if not idempotency_key:
        raise PolicyError("idempotency.missing", "the call needs an Idempotency-Key")
    # An agency's system names who acts at each call; a person's account is one person.
    operator = caller.operator if caller.kind is Role.AGENCY_SYSTEM else None
    return Asked(
        caller=caller,
        request=request,
        digest=request.digest(more=document_digest, operator=operator),
        idempotency_key=idempotency_key,
        lookup_id=uuid4(),
        at=at,
    )


def drawn_id(asked: Asked) -> UUID:
    """This will draw an id from caller, key and request under the node's own key: nobody can foresee it.

    After a crash the same request asks another region under the same id, so that nothing is looked at twice.
    """
    value = f"{asked.caller_name}\n{asked.idempotency_key}\n{asked.digest.hex()}"
    return UUID(bytes=blind_index(purpose="lookup.id", value=value)[:_UUID_BYTES], version=4)


def earlier_answer(asked: Asked) -> VerificationAnswer | None:
    """This will give the answer that this very request had under its key a moment ago (`REPEAT_WINDOW`).

    None where the answer is older or was erased: then the same request is a new look. Raises PolicyError
    `idempotency.other_body`, for as long as answers are kept.
    """
    found = stored_answer(scope=asked.caller_name, idempotency_key=asked.idempotency_key)
    if found is None:
        return None
    if found.request_digest != asked.digest:
        raise PolicyError("idempotency.other_body", "the Idempotency-Key was used for another request")
    if not is_repeat(answered_at=found.at, at=asked.at):
        return None
    try:
        content = decrypt(found.sealed, subject=found.key_subject, place=_place(found.lookup_id))
    except CipherError as refused:
        if refused.code not in ERASED_CODES:
            raise
        return None
    return VerificationAnswer(status=found.status, body=orjson.loads(content))


def store_answer(asked: Asked, answer: VerificationAnswer, *, lookup_id: UUID, key_subject: str) -> None:
    """This will seal the answer under its key, in the caller's transaction."""
    _ANSWER.insert(
        scope=asked.caller_name,
        idempotency_key=asked.idempotency_key,
        request_digest=asked.digest,
        lookup_id=lookup_id,
        status=answer.status,
        key_subject=key_subject,
        sealed_answer=seal(orjson.dumps(answer.body), subject=key_subject, place=_place(lookup_id)),
        at=asked.at,
    )


def once(asked: Asked, make: Callable[[], VerificationAnswer]) -> VerificationAnswer:
    """This will commit what `make` records, unless the request was answered meanwhile: then that answer is given.

    The caller has looked for an earlier answer; one that came since then holds the Idempotency-Key. So does one that is
    not given any more: the new one takes its place.
    """
    try:
        with write_turn(), transaction.atomic():
            return make()
    except IntegrityError:
        earlier = earlier_answer(asked)
        if earlier is not None:
            return earlier
    try:
        with write_turn(), transaction.atomic():
            _forget_answer(asked)
            return make()
    except IntegrityError:
        earlier = earlier_answer(asked)
        if earlier is None:
            raise
        return earlier


def _forget_answer(asked: Asked) -> None:
    found = stored_answer(scope=asked.caller_name, idempotency_key=asked.idempotency_key)
    if found is not None and found.request_digest == asked.digest:
        StoredAnswer.objects.filter(lookup=found.lookup_id).delete()


def _place(lookup_id: UUID) -> str:
    return f"StoredAnswer:{lookup_id}:sealed_answer"
