"""The log entry of one look-up: it holds no value, yet every value in it can be proved later or erased for good.

In the clear stand version, kind and hour. Each other member is a commitment: SHA-256 over the canonical JSON array
[name, salt, value]. The commitments are a sorted array, so that not even the names of the shown fields leak.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest
from itertools import pairwise
from typing import Any

from certificates.core.canonical import b64url, canonical_json, strict_json_loads
from certificates.core.errors import CanonicalError
from verification.core.errors import LogError
from verification.core.tiles import MAX_ENTRY_SIZE, require_entry_size

ENTRY_VERSION = 1
SALT_SIZE = 16
TAG_KEY_SIZE = 32

_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){0,2}", re.ASCII)
_HOUR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}Z", re.ASCII)
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_SALT = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
_ENTRY_KEYS = frozenset({"v", "kind", "hour", "c", "holder_tags", "certificate_tag", "peer_reference"})


class EntryKind(StrEnum):
    """This will name what an entry records: a look-up, an event of a certificate's life, or an hour of the journal."""

    LOOKUP_VERIFIED = "lookup.verified"  # a counter of this node was told a verdict
    LOOKUP_REFUSED = "lookup.refused"  # an authenticated caller was refused
    LOOKUP_ANSWERED = "lookup.answered"  # another region was answered
    LOOKUP_SELF = "lookup.self"  # the holder saw the own licence
    LOOKUP_COPIED = "lookup.copied"  # an agency had a copy made of a licence, or was handed its file
    LOOKUP_FETCHED = "lookup.fetched"  # the agency that issued a licence was handed its file
    LOOKUP_COPY_REVOKED = "lookup.copy_revoked"  # the agency that issued a licence revoked a copy of it
    LOOKUP_TRACED = "lookup.traced"  # an administrator traced a leaked copy to the look-up that it was
    LOOKUP_COMPLETED = "lookup.completed"  # the answer that came after `peer.timeout`
    EVENT_ISSUED = "event.issued"
    EVENT_REVOKED = "event.revoked"
    EVENT_SUSPENDED = "event.suspended"
    EVENT_REINSTATED = "event.reinstated"
    EVENT_SUPERSEDED = "event.superseded"
    JOURNAL_HOUR = "journal.hour"  # the count of calls that were no look-ups

    @property
    def is_lookup(self) -> bool:
        """This will tell whether entries of this kind are built by `build_entry`."""
        return self.startswith("lookup.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """This will hold what opens one commitment: 128 bits of salt as base64url, and the JSON value.

    It is personal data: it lives encrypted and apart from the log, and its text form shows nothing.
    """

    salt: str
    value: Any

    def __repr__(self) -> str:
        return "Opening(...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupEntry:
    """This will hold a parsed entry: all that the log itself knows of one look-up."""

    kind: EntryKind
    hour: str
    commitments: tuple[str, ...]
    holder_tags: tuple[str, ...] = ()
    certificate_tag: str | None = None
    peer_reference: str | None = None


def hour_of(at: datetime) -> str:
    """This will return the hour of a moment in UTC, as `2026-03-01T08Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%HZ")


def field_member(*, name: str, grain: str) -> str:
    """This will return the member name that stands for one field shown at one grain."""
    return f"field.{name}.{grain}"


def build_entry(
    *,
    kind: EntryKind,
    hour: str,
    members: Mapping[str, Any],
    random: Callable[[int], bytes],
    holder_tags: Iterable[str] = (),
    certificate_tag: str | None = None,
    peer_reference: str | None = None,
) -> tuple[bytes, dict[str, Opening]]:
    """This will return the canonical bytes of a look-up's entry, and the opening of each member by its name.

    `random` is called once for all salts. Raises LogError `log.entry.malformed|size`, CanonicalError for values that
    have no canonical JSON form.
    """
    salts = random(SALT_SIZE * len(members))
    if len(salts) != SALT_SIZE * len(members):
        raise LogError("log.entry.malformed", "The random source gave another number of bytes.")
    openings: dict[str, Opening] = {}
    commitments: list[str] = []
    for place, (name, value) in enumerate(members.items()):
        salt = b64url(salts[place * SALT_SIZE : (place + 1) * SALT_SIZE])
        openings[name] = Opening(salt=salt, value=value)
        commitments.append(_commitment(name, salt, value))
    entry = LookupEntry(
        kind=kind,
        hour=hour,
        commitments=tuple(sorted(commitments)),
        holder_tags=tuple(sorted(holder_tags)),
        certificate_tag=certificate_tag,
        peer_reference=peer_reference,
    )
    _require_well_formed(entry, *entry.holder_tags)  # The commitments are our own and need no second look.
    data = _entry_bytes(entry)
    require_entry_size(data)
    return data, openings


def parse_entry(data: bytes) -> LookupEntry:
    """This will read the entry of a look-up in its one canonical form; raises LogError `log.entry.malformed`."""
    try:
        raw = strict_json_loads(data, max_bytes=MAX_ENTRY_SIZE)
    except CanonicalError as error:
        raise LogError("log.entry.malformed", "The entry is not strict JSON.") from error
    if not isinstance(raw, dict) or not raw.keys() <= _ENTRY_KEYS or raw.get("v") != ENTRY_VERSION:
        raise LogError("log.entry.malformed", "The entry is of another version or has other members.")
    kind = next((known for known in EntryKind if known.value == raw.get("kind")), None)
    commitments, holder_tags, hour = raw.get("c"), raw.get("holder_tags"), raw.get("hour")
    if (
        kind is None
        or not isinstance(hour, str)
        or not isinstance(commitments, list)
        or not isinstance(holder_tags, list)
    ):
        raise LogError("log.entry.malformed", "The entry lacks its kind, hour, commitments or tags.")
    entry = LookupEntry(
        kind=kind,
        hour=hour,
        commitments=tuple(commitments),
        holder_tags=tuple(holder_tags),
        certificate_tag=raw.get("certificate_tag"),
        peer_reference=raw.get("peer_reference"),
    )
    _require_well_formed(entry, *commitments, *holder_tags)
    if _entry_bytes(entry) != data:  # Another order of members or blanks would be another leaf for the same look-up.
        raise LogError("log.entry.malformed", "The entry is not in its canonical form.")
    return entry


def open_commitment(entry: LookupEntry, name: str, opening: Opening) -> bool:
    """This will tell whether the entry commits to this value under this name.

    A malformed name or salt opens nothing; raises CanonicalError for a value without canonical JSON form.
    """
    if not _NAME.fullmatch(name) or not _SALT.fullmatch(opening.salt):
        return False
    return _commitment(name, opening.salt, opening.value) in entry.commitments


def holder_tag(*, person_key: bytes, lookup_id: str) -> str:
    """This will return the tag by which only the person's key finds a look-up: HMAC-SHA256, base64url.

    Requires a key of 32 bytes; raises LogError `log.entry.key` otherwise.
    """
    return _tag("holder", person_key, lookup_id)


def certificate_tag(*, certificate_key: bytes, lookup_id: str) -> str:
    """This will return the tag by which only the certificate's key finds a look-up, as `holder_tag` does."""
    return _tag("certificate", certificate_key, lookup_id)


def peer_reference(*, pairwise_key: bytes, lookup_id: str) -> str:
    """This will return the tag under which both regions of a recognition log the same look-up, as `holder_tag` does."""
    return _tag("peer", pairwise_key, lookup_id)


def is_tag(*, stated: str, expected: str) -> bool:
    """This will compare two tags in constant time."""
    return compare_digest(stated.encode(), expected.encode())


@lru_cache(maxsize=64)
def require_hour(hour: str) -> None:
    """This will return quietly for an hour as `hour_of` writes it; raises LogError `log.entry.malformed`."""
    if not _HOUR.fullmatch(hour):
        raise LogError("log.entry.malformed", "The hour is not written as 2026-03-01T08Z.")
    try:
        datetime.fromisoformat(f"{hour[:-1]}:00+00:00")
    except ValueError as error:
        raise LogError("log.entry.malformed", "The hour does not exist.") from error


def _tag(purpose: str, key: bytes, lookup_id: str) -> str:
    if len(key) != TAG_KEY_SIZE:
        raise LogError("log.entry.key", "A tag key has 32 bytes.")
    # The purpose keeps a key that is used for two kinds of tags by mistake from linking them.
    return b64url(hmac_digest(key, f"huzheng.{purpose}.v1\0{lookup_id}".encode(), "sha256"))


def _commitment(name: str, salt: str, value: Any) -> str:
    # The canonical JSON of [name, salt, value], put together here: name and salt need no escape, the value may.
    return b64url(sha256(b'["%b","%b",%b]' % (_checked_name(name), salt.encode(), canonical_json(value))).digest())


@lru_cache(maxsize=4096)
def _checked_name(name: str) -> bytes:
    if not _NAME.fullmatch(name):
        raise LogError("log.entry.malformed", "A member's name is not up to three lower-case words with dots.")
    return name.encode()


def _entry_bytes(entry: LookupEntry) -> bytes:
    # The canonical JSON of the entry, put together here: every string was made or checked to need no escape.
    certificate = f'"certificate_tag":"{entry.certificate_tag}",' if entry.certificate_tag is not None else ""
    peer = f'"peer_reference":"{entry.peer_reference}",' if entry.peer_reference is not None else ""
    return (
        f'{{"c":{_array(entry.commitments)},{certificate}"holder_tags":{_array(entry.holder_tags)},'
        f'"hour":"{entry.hour}","kind":"{entry.kind.value}",{peer}"v":{ENTRY_VERSION}}}'
    ).encode()


def _array(items: tuple[str, ...]) -> str:
    return '["' + '","'.join(items) + '"]' if items else "[]"


def _require_well_formed(entry: LookupEntry, *items: Any) -> None:
    if not entry.kind.is_lookup:
        raise LogError("log.entry.malformed", "The kind is not that of a look-up.")
    require_hour(entry.hour)
    single = [tag for tag in (entry.certificate_tag, entry.peer_reference) if tag is not None]
    for item in (*items, *single):
        if not isinstance(item, str) or not _DIGEST.fullmatch(item):
            raise LogError("log.entry.malformed", "A commitment or tag is not 32 bytes in base64url.")
    for ordered in (entry.commitments, entry.holder_tags):
        if any(one >= other for one, other in pairwise(ordered)):
            raise LogError("log.entry.malformed", "Commitments and tags are sorted, each once.")
