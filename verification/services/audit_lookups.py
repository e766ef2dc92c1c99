"""The audit of what holders read: every look-up's row, details and subjects beside the entry that the log holds of it.

Values are opened in memory, compared with their commitments and let go; findings name codes only.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

from certificates.adapters.key_vault import has_subject_key, subject_key, was_destroyed
from certificates.core.errors import CanonicalError, CipherError
from certificates.models import CertificateHolder
from verification.core.audit_report import MOST_FINDINGS, Finding
from verification.core.errors import LogError
from verification.core.lookup_entry import (
    LookupEntry,
    Opening,
    certificate_tag,
    holder_tag,
    hour_of,
    is_tag,
    open_commitment,
    parse_entry,
)
from verification.core.lookup_members import Member
from verification.core.recorded_members import record_member
from verification.models import Lookup, LookupSubject
from verification.services.lookup_openings import open_sealed

_ROWS: Final = 500
_TEXTS: Final = {
    "lookup.disagrees": "A look-up's row says otherwise than its entry commits to.",
    "detail.missing": "What opens a look-up's entry is gone, and was not erased by destroying its key.",
    "detail.altered": "What is kept to open a look-up's entry does not open it.",
    "subject.missing": "A look-up does not stand in the list of every holder it was about.",
    "subject.foreign": "A look-up stands in the list of a holder or licence it was not about.",
    "owner.disagrees": "A licence has other owners than when it was looked up.",
}


@dataclass(frozen=True, slots=True)
class _Look:
    """A look-up with its details and entry, as stored."""

    id: UUID
    side: str
    caller: str
    outcome: str
    code: str
    completes_id: UUID | None
    at: datetime
    key_subject: str | None
    sealed_openings: bytes | None
    erased_at: datetime | None
    leaf: bytes
    index: int | None


@dataclass(frozen=True, slots=True)
class _Known:
    """Of one batch of look-ups: (holder, certificate) by look-up, and the owners by certificate."""

    subjects: Mapping[UUID, Sequence[tuple[UUID, UUID]]]
    owners: Mapping[UUID, frozenset[UUID]]


def audit_lookups() -> list[Finding]:
    """This will name, by their entries' indices, look-ups whose rows, details or lists are not those that were logged."""
    return list(islice(_findings(), MOST_FINDINGS))


def _findings() -> Iterator[Finding]:
    logged = Lookup.objects.filter(entry__isnull=False).order_by("pk")
    rows = logged.values_list(
        *("id", "side", "caller", "outcome", "code", "completes_id", "at"),
        *("detail__key_subject", "detail__sealed_openings", "detail__erased_at"),
        *("entry__leaf", "entry__log_leaf__index"),
    ).iterator(chunk_size=_ROWS)
    while batch := [_Look(*row) for row in islice(rows, _ROWS)]:
        known = _known([look.id for look in batch])
        for look in batch:
            for code in sorted(_faults(look, known)):
                yield Finding(code=code, text=_TEXTS[code], index=look.index)


def _known(lookup_ids: Sequence[UUID]) -> _Known:
    subjects: dict[UUID, list[tuple[UUID, UUID]]] = defaultdict(list)
    rows = LookupSubject.objects.filter(lookup__in=lookup_ids).values_list("lookup_id", "holder_id", "certificate_id")
    for lookup_id, holder_id, certificate_id in rows:
        subjects[lookup_id].append((holder_id, certificate_id))
    certificates = {certificate_id for pairs in subjects.values() for _, certificate_id in pairs}
    owners: dict[UUID, set[UUID]] = defaultdict(set)
    links = CertificateHolder.objects.filter(certificate__in=certificates)
    for certificate_id, holder_id in links.values_list("certificate_id", "holder_id"):
        owners[certificate_id].add(holder_id)
    return _Known(subjects, {certificate_id: frozenset(owners[certificate_id]) for certificate_id in certificates})


def _faults(look: _Look, known: _Known) -> set[str]:
    try:
        entry = parse_entry(bytes(look.leaf))
    except LogError:
        return {"lookup.disagrees"}
    subjects = known.subjects.get(look.id, ())
    faults = {*_detail_faults(look, entry, subjects), *_subject_faults(look, entry, subjects)}
    if hour_of(look.at) != entry.hour:
        faults.add("lookup.disagrees")
    holders = frozenset(holder_id for holder_id, _ in subjects)
    if any(known.owners[certificate_id] != holders for _, certificate_id in subjects):
        faults.add("owner.disagrees")
    return faults


def _detail_faults(look: _Look, entry: LookupEntry, subjects: Sequence[tuple[UUID, UUID]]) -> Iterator[str]:
    if look.key_subject is None:
        yield "detail.missing"
        return
    if not _is_own_key(look.key_subject, entry, subjects):
        yield "detail.altered"
        return
    if was_destroyed(look.key_subject):
        return
    if look.sealed_openings is None:
        yield "detail.missing"
        return
    openings = _opened(look.key_subject, bytes(look.sealed_openings), look.id)
    if openings is None or not _opens(entry, openings):
        yield "detail.altered"
    elif not _is_said(look, openings):
        yield "lookup.disagrees"


def _is_own_key(key_subject: str, entry: LookupEntry, subjects: Sequence[tuple[UUID, UUID]]) -> bool:
    """Naming a key that was destroyed for another reason must not pass for an erasure."""
    if entry.certificate_tag is None:
        return key_subject == f"relying-{entry.hour[:7]}"
    if not subjects:
        return key_subject.startswith("certificate-")
    return all(key_subject == f"certificate-{certificate_id}" for _, certificate_id in subjects)


def _opened(key_subject: str, sealed: bytes, lookup_id: UUID) -> dict[str, Opening] | None:
    try:
        return open_sealed(sealed, key_subject=key_subject, lookup_id=lookup_id)
    except (CipherError, CanonicalError):
        return None


def _opens(entry: LookupEntry, openings: Mapping[str, Opening]) -> bool:
    return len(openings) == len(entry.commitments) and all(
        open_commitment(entry, name, opening) for name, opening in openings.items()
    )


def _is_said(look: _Look, openings: Mapping[str, Opening]) -> bool:
    said = {name: opening.value for name, opening in openings.items()}
    record = record_member(
        side=look.side, outcome=look.outcome, code=look.code, completes=look.completes_id, at=look.at
    )
    return said.get(Member.CALLER) == look.caller and said.get(Member.RECORD) == record


def _subject_faults(look: _Look, entry: LookupEntry, subjects: Sequence[tuple[UUID, UUID]]) -> Iterator[str]:
    if not subjects:
        is_erased = look.erased_at is not None and look.key_subject is not None and was_destroyed(look.key_subject)
        if (entry.holder_tags or entry.certificate_tag) and not is_erased:
            yield "subject.missing"
        return
    unclaimed, destroyed = set(entry.holder_tags), 0
    for holder_id, certificate_id in subjects:
        name = f"holder-{holder_id}"
        if has_subject_key(name):
            tag = holder_tag(person_key=subject_key(name), lookup_id=str(look.id))
            if tag not in unclaimed:
                yield "subject.foreign"
            unclaimed.discard(tag)
        elif was_destroyed(name):
            destroyed += 1
        else:
            yield "subject.foreign"
        if not _is_about(certificate_id, entry, look.id):
            yield "subject.foreign"
    if len(unclaimed) > destroyed:
        yield "subject.missing"


def _is_about(certificate_id: UUID, entry: LookupEntry, lookup_id: UUID) -> bool:
    name = f"certificate-{certificate_id}"
    if not has_subject_key(name):
        return was_destroyed(name)
    expected = certificate_tag(certificate_key=subject_key(name), lookup_id=str(lookup_id))
    return entry.certificate_tag is not None and is_tag(stated=entry.certificate_tag, expected=expected)
