"""The one writer of look-ups: no answer with a value leaves before the entry of its look-up is durable."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from accounts.adapters.compiled_insert import CompiledInsert
from certificates.adapters.blind_index import blind_index
from certificates.adapters.key_vault import create_subject_key, has_subject_key, subject_key
from verification.core.errors import LogError
from verification.core.lookup_entry import (
    EntryKind,
    Opening,
    build_entry,
    certificate_tag,
    holder_tag,
    hour_of,
    peer_reference,
)
from verification.core.lookup_members import Member
from verification.core.merkle import leaf_hash
from verification.core.recorded_members import record_member
from verification.models import LogEntry, Lookup, LookupDetail, LookupSubject, PendingEntry
from verification.queries.log_backlog import require_log_alive
from verification.queries.own_licences import Owned
from verification.services.lookup_openings import seal_openings
from verification.services.sign_receipt import sign_receipt

PURPOSE_INDEX: Final = "lookup.purpose"
CASE_INDEX: Final = "lookup.case"
_LOOKUP, _DETAIL, _SUBJECT = CompiledInsert(Lookup), CompiledInsert(LookupDetail), CompiledInsert(LookupSubject)
_ENTRY, _PENDING = CompiledInsert(LogEntry), CompiledInsert(PendingEntry)
_MADE_HERE: Final = "relying-"  # a month's key is made by the first look-up that needs it


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """This will name one holder, and that holder's certificate, that a look was about."""

    holder_id: UUID
    certificate_id: UUID


def subjects_of(owned: Owned | None) -> tuple[Subject, ...]:
    """This will give one subject for each owner of a licence of this node."""
    if owned is None:
        return ()
    return tuple(Subject(holder_id=holder_id, certificate_id=owned.certificate_id) for holder_id in owned.holder_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedLookup:
    """This will hold what the parties of a look-up are handed: the entry, its leaf hash, and the promise to log it."""

    lookup_id: UUID
    entry: bytes
    leaf_hash: bytes
    receipt: str


def record_lookup(
    *,
    lookup_id: UUID,
    side: str,
    kind: EntryKind,
    caller: str,
    members: Mapping[str, Any],
    subjects: Sequence[Subject],
    key_subject: str,
    outcome: str,
    at: datetime,
    code: str = "",
    purpose_text: str | None = None,
    case_text: str | None = None,
    peer_region: str | None = None,
    completes: UUID | None = None,
) -> RecordedLookup:
    """This will write a look-up, its sealed openings, whose list it belongs to, and its log entry, into the caller's transaction.

    Nothing commits here. `caller` is "<role>:<principal>"; `key_subject` names the vault key that seals the openings;
    member names are those of `lookup_members`. Raises LogError `log.no_transaction`, `log.entry.*`, and as `require_log_alive` does.
    """
    if not connection.in_atomic_block:
        raise LogError("log.no_transaction", "A look-up is recorded inside the transaction of what it records.")
    require_log_alive(at=at)
    if key_subject.startswith(_MADE_HERE):
        create_subject_key(key_subject)
    record = record_member(side=side, outcome=outcome, code=code, completes=completes, at=at)
    members = {**members, Member.CALLER: caller, Member.RECORD: record}
    entry, openings = _entry(lookup_id, kind, members, subjects, peer_region, at)
    digest = leaf_hash(entry)
    sealed = seal_openings(openings, lookup_id=lookup_id, key_subject=key_subject)
    receipt = sign_receipt(lookup_id=lookup_id, entry=entry, at=at)
    _LOOKUP.insert(
        id=lookup_id,
        side=side,
        caller=caller,
        outcome=outcome,
        code=code,
        purpose_index=blind_index(purpose=PURPOSE_INDEX, value=purpose_text) if purpose_text else None,
        case_index=blind_index(purpose=CASE_INDEX, value=case_text) if case_text else None,
        completes_id=completes,
        at=at,
    )
    _DETAIL.insert(lookup_id=lookup_id, key_subject=key_subject, sealed_openings=sealed, erased_at=None)
    for item in subjects:
        _SUBJECT.insert(lookup_id=lookup_id, holder_id=item.holder_id, certificate_id=item.certificate_id)
    row_id = _ENTRY.insert(leaf=entry, leaf_hash=digest, lookup_id=lookup_id, event_id=None, at=at)
    _PENDING.insert(entry_id=row_id)
    return RecordedLookup(lookup_id=lookup_id, entry=entry, leaf_hash=digest, receipt=receipt)


def _entry(
    lookup_id: UUID,
    kind: EntryKind,
    members: Mapping[str, Any],
    subjects: Sequence[Subject],
    peer_region: str | None,
    at: datetime,
) -> tuple[bytes, dict[str, Opening]]:
    name = str(lookup_id)
    certificates = {item.certificate_id for item in subjects}
    if len(certificates) > 1:
        raise LogError("log.entry.malformed", "A look-up is about one certificate.")
    holder_keys = [_key_or_none(f"holder-{item.holder_id}") for item in subjects]
    certificate_key = _key_or_none(f"certificate-{certificates.pop()}") if certificates else None
    return build_entry(
        kind=kind,
        hour=hour_of(at),
        members={str(name): value for name, value in members.items()},
        random=secrets.token_bytes,
        holder_tags=[holder_tag(person_key=key, lookup_id=name) for key in holder_keys if key],
        certificate_tag=certificate_tag(certificate_key=certificate_key, lookup_id=name) if certificate_key else None,
        peer_reference=_peer_reference(peer_region, name) if peer_region else None,
    )


def _key_or_none(subject: str) -> bytes | None:
    # Of an erased person nothing can lead to the entry any more: it is written without that tag.
    return subject_key(subject) if has_subject_key(subject) else None


def _peer_reference(region: str, lookup_id: str) -> str:
    subject = f"peer-{region}"
    create_subject_key(subject)
    return peer_reference(pairwise_key=subject_key(subject), lookup_id=lookup_id)
